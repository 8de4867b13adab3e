// SPDX-License-Identifier: GPL-2.0
/* What guests have done, in numbers and by their last calls. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

#define MOST_NR	512

/* What all guests have done, or one of them. */
struct tally {
	unsigned long calls[MOST_NR], failed[MOST_NR], refused[MOST_NR], faults[FAULT_KINDS];
};

static struct tally all;
static unsigned long audits, entries, oracles, oracles_skipped;
static const char *why_refused[MOST_NR];

static const char *const names[MOST_NR] = {
	[SYS_mmap] = "mmap", [SYS_mprotect] = "mprotect", [SYS_munmap] = "munmap", [SYS_brk] = "brk",
	[SYS_mremap] = "mremap", [SYS_msync] = "msync", [SYS_mincore] = "mincore",
	[SYS_madvise] = "madvise", [SYS_shmat] = "shmat", [SYS_shmdt] = "shmdt", [SYS_mlock] = "mlock",
	[SYS_munlock] = "munlock", [SYS_mlockall] = "mlockall", [SYS_munlockall] = "munlockall",
	[SYS_remap_file_pages] = "remap_file_pages", [SYS_mlock2] = "mlock2",
	[SYS_pkey_mprotect] = "pkey_mprotect", [SYS_pkey_alloc] = "pkey_alloc", [NR_ASK] = "mseal",
	[SYS_clone] = "clone", [SYS_fork] = "fork", [SYS_vfork] = "vfork", [SYS_execve] = "execve",
	[SYS_execveat] = "execveat", [SYS_userfaultfd] = "userfaultfd",
	[SYS_process_madvise] = "process_madvise", [SYS_process_mrelease] = "process_mrelease",
	[SYS_vmsplice] = "vmsplice", [SYS_io_uring_setup] = "io_uring_setup", [SYS_io_setup] = "io_setup",
	[SYS_memfd_secret] = "memfd_secret", [SYS_migrate_pages] = "migrate_pages",
	[SYS_move_pages] = "move_pages", [SYS_mbind] = "mbind", [NR_MAP_SHADOW_STACK] = "map_shadow_stack", [SYS_prctl] = "prctl",
	[SYS_open] = "open", [SYS_openat] = "openat", [SYS_memfd_create] = "memfd_create", [SYS_read] = "read",
	[SYS_write] = "write", [SYS_pread64] = "pread64", [SYS_pwrite64] = "pwrite64", [SYS_readv] = "readv",
	[SYS_writev] = "writev", [SYS_ftruncate] = "ftruncate", [SYS_fallocate] = "fallocate",
	[SYS_ioctl] = "ioctl", [SYS_fcntl] = "fcntl", [SYS_dup] = "dup", [SYS_dup2] = "dup2", [SYS_dup3] = "dup3",
	[SYS_prlimit64] = "prlimit64", [SYS_setrlimit] = "setrlimit",
};

static void add(unsigned long *to, unsigned long n)
{
	__atomic_add_fetch(to, n, __ATOMIC_RELAXED);
}

/**
 * tally_new() - count what a guest does, where --guests asks for that
 *
 * Return: for the guest, or NULL.
 */
struct tally *tally_new(void)
{
	return opt.guests ? xcalloc(1, sizeof(struct tally)) : NULL;
}

/**
 * count_call() - count a call
 * @g: who has made it, or NULL
 * @nr: its number
 * @ret: what it has returned
 */
void count_call(struct guest *g, long nr, long ret)
{
	struct tally *to = &all;

	for (; to; to = to == &all && g ? g->tally : NULL) {
		add(&to->calls[nr % MOST_NR], 1);
		if (ret < 0 && ret > -4096)
			add(&to->failed[nr % MOST_NR], 1);
	}
}

/**
 * count_refused() - count a call that is not supported
 * @g: who has made it, or NULL
 * @nr: its number
 * @why: in words
 */
void count_refused(struct guest *g, long nr, const char *why)
{
	add(&all.refused[nr % MOST_NR], 1);
	if (g && g->tally)
		add(&g->tally->refused[nr % MOST_NR], 1);
	why_refused[nr % MOST_NR] = why;
}

/**
 * count_fault() - count a fault
 * @g: whose
 * @kind: of it
 */
void count_fault(struct guest *g, enum fault_kind kind)
{
	add(&all.faults[kind], 1);
	if (g->tally)
		add(&g->tally->faults[kind], 1);
}

/**
 * count_audit() - count entries of the host that the machine's page tables allow
 * @nr: how many
 */
void count_audit(unsigned long nr)
{
	add(&audits, 1);
	add(&entries, nr);
}

/**
 * count_oracle() - count a run of the oracle
 * @skipped: it was left out, as it has no room for all pages
 */
void count_oracle(bool skipped)
{
	add(skipped ? &oracles_skipped : &oracles, 1);
}

/* The last calls, for who asks what a guest did. */
#define LAST	16
static struct noted { pid_t pid; long nr, ret; const void *file; unsigned long arg[6]; } last[LAST];
static unsigned long nr_last;
static int record_fd = -1;

static int nr_args(long nr, const unsigned long *a)
{
	switch (nr) {
	case SYS_munlockall:
		return 0;
	case SYS_brk:
	case SYS_mlockall:
		return 1;
	case SYS_munmap:
	case SYS_mlock:
	case SYS_munlock:
		return 2;
	case SYS_mremap:
		return a[3] & (MREMAP_FIXED | 4) ? 5 : 4;
	case SYS_remap_file_pages:
		return 5;
	case SYS_mmap:
		return 6;
	}
	return 3;
}

/* As strace -y writes it; a mapped file has a name of its own. */
static int print_call(char *to, size_t size, const struct noted *c)
{
	const char *name = c->nr < MOST_NR && names[c->nr] ? names[c->nr] : "other";
	int n = snprintf(to, size, "%d %s(", c->pid, name), i, nr = nr_args(c->nr, c->arg);

	for (i = 0; i < nr; i++) {
		if (c->nr == SYS_mmap && i == 4 && c->file)
			n += snprintf(to + n, size - n, ", 3</file/%lx>", (unsigned long)c->file);
		else if (c->nr == SYS_mmap && i == 4)
			n += snprintf(to + n, size - n, ", -1");
		else
			n += snprintf(to + n, size - n, c->arg[i] ? "%s0x%lx" : !i ? "%sNULL" : "%s0", i ? ", " : "",
				      c->arg[i]);
	}
	if (c->ret < 0 && c->ret > -4096)
		return n + snprintf(to + n, size - n, ") = -1 %s (%s)\n", strerrorname_np(-c->ret), strerror(-c->ret));
	return n + snprintf(to + n, size - n, ") = 0x%lx\n", c->ret);
}

/**
 * record_begin() - record what the guests do, for vma_replay
 * @path: of the file
 *
 * Return: false if it cannot be written.
 */
bool record_begin(const char *path)
{
	record_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	return record_fd >= 0;
}

/**
 * record_line() - record what is no call of mm
 * @fmt: as of printf(), with the newline
 */
void record_line(const char *fmt, ...)
{
	char text[256];
	va_list list;
	int n;

	if (record_fd < 0)
		return;
	va_start(list, fmt);
	n = vsnprintf(text, sizeof(text), fmt, list);
	va_end(list);
	(void)!write(record_fd, text, n);
}

/**
 * note_call() - remember a call, and list it where that is asked for
 * @pid: who has made it
 * @nr: its number
 * @arg: its arguments
 * @file: that it maps, or NULL
 * @ret: what it has returned
 */
void note_call(pid_t pid, long nr, const unsigned long *arg, const void *file, long ret)
{
	unsigned long at = __atomic_fetch_add(&nr_last, 1, __ATOMIC_RELAXED) % LAST;
	struct noted c = { .pid = pid, .nr = nr, .ret = ret, .file = file };
	char line[320];
	int n;

	memcpy(c.arg, arg, sizeof(c.arg));
	last[at] = c;
	if (!opt.calls && record_fd < 0)
		return;
	n = print_call(line, sizeof(line), &c);
	if (opt.calls)
		(void)!write(STDERR_FILENO, line, n);
	if (record_fd >= 0)
		(void)!write(record_fd, line, n);
}

/**
 * say() - a line of vma_run itself
 * @fmt: as of printf()
 */
void say(const char *fmt, ...)
{
	char text[512];
	va_list list;

	va_start(list, fmt);
	vsnprintf(text, sizeof(text), fmt, list);
	va_end(list);
	dprintf(STDERR_FILENO, "vma_run: %s\n", text);
}

/**
 * report_last() - print the last calls of the guests
 */
void report_last(void)
{
	unsigned long i, from = nr_last > LAST ? nr_last - LAST : 0;
	char line[320];

	say("the last calls:");
	for (i = from; i < nr_last; i++)
		(void)!write(STDERR_FILENO, line, print_call(line, sizeof(line), &last[i % LAST]));
}

static unsigned long total(const unsigned long *of, int nr)
{
	unsigned long sum = 0;

	while (nr--)
		sum += of[nr];
	return sum;
}

static void report_calls(const char *name, const struct tally *of)
{
	char list[512] = "";
	int i, n = 0;

	for (i = 0; i < MOST_NR; i++)
		if (of->calls[i] && n < (int)sizeof(list) - 64)
			n += snprintf(list + n, sizeof(list) - n, "%s%s %lu", n ? ", " : "",
				      names[i] ?: "other", of->calls[i]);
	say("%s: %lu calls (%s), %lu of them failed; faults: %lu read, %lu write, %lu protected, %lu again, %lu refused",
	    name, total(of->calls, MOST_NR), list, total(of->failed, MOST_NR), of->faults[FAULT_READ],
	    of->faults[FAULT_WRITE], of->faults[FAULT_PROTECTED], of->faults[FAULT_AGAIN], of->faults[FAULT_REFUSED]);
}

/* What was refused, in words, or "none". */
static void list_refused(const struct tally *of, char *to, size_t size)
{
	int i, n = 0;

	snprintf(to, size, "none");
	for (i = 0; i < MOST_NR; i++)
		if (of->refused[i] && n < (int)size - 128)
			n += snprintf(to + n, size - n, "%s%lu %s (%s)", n ? ", " : "", of->refused[i],
				      names[i] ?: "other", why_refused[i]);
}

/**
 * report_guest() - print the lines of a guest
 * @g: the guest
 */
void report_guest(const struct guest *g)
{
	char name[64], no[512];

	if (!g->tally || !total(g->tally->calls, MOST_NR))
		return;
	snprintf(name, sizeof(name), "guest %d, %s", g->slot, g->name);
	report_calls(name, g->tally);
	list_refused(g->tally, no, sizeof(no));
	if (total(g->tally->refused, MOST_NR))
		say("%s: not supported: %s", name, no);
}

/**
 * report() - print the lines of a run
 * @name: of the program
 * @complained: the machine has
 */
void report(const char *name, bool complained)
{
	char no[512];

	report_calls(name, &all);
	list_refused(&all, no, sizeof(no));
	say("%s: not supported: %s; oracle: %lu runs, %lu without room; %lu translations checked; %s", name, no,
	    oracles, oracles_skipped, entries, complained ? "COMPLAINTS, see above" : "no complaint, no leak");
}

// SPDX-License-Identifier: GPL-2.0
/* Which system calls are carried out, which are counted, and which are of no concern. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "reading.h"

static const struct known {
	const char *name;
	enum replay_kind kind;
	unsigned int nr_args;
} known[] = {
	/* strace writes the offset of both in bytes */
	{ "mmap", REPLAY_MMAP, 6 }, { "mmap2", REPLAY_MMAP, 6 },
	/* i386's first, whose arguments strace reads from memory */
	{ "old_mmap", REPLAY_MMAP, 6 },
	{ "munmap", REPLAY_MUNMAP, 2 }, { "mprotect", REPLAY_MPROTECT, 3 },
	{ "mremap", REPLAY_MREMAP, 4 }, { "madvise", REPLAY_MADVISE, 3 }, { "brk", REPLAY_BRK, 1 },
	{ "mlock", REPLAY_MLOCK, 2 }, { "mlock2", REPLAY_MLOCK, 3 }, { "munlock", REPLAY_MUNLOCK, 2 },
	{ "mlockall", REPLAY_MLOCKALL, 1 }, { "munlockall", REPLAY_MUNLOCKALL, 0 },
	{ "mseal", REPLAY_MSEAL, 3 }, { "remap_file_pages", REPLAY_REMAP_FILE, 5 },
	{ "pkey_mprotect", REPLAY_MPROTECT, 4 },
};

/* They change address spaces, and are not carried out. */
static const char *const others[] = {
	"shmat", "shmdt", "mbind", "set_mempolicy_home_node", "process_madvise", "userfaultfd",
	"migrate_pages", "move_pages", "process_vm_writev", "map_shadow_stack", "uselib",
	"io_uring_setup", "process_mrelease", "vmsplice",
};

/*
 * Numbers for which the strace of a release has no name: x86-64 and the architectures of
 * include/uapi/asm-generic/unistd.h have the same ones since 424.
 */
static const struct {
	unsigned int nr;
	const char *name;
} numbers[] = {
	{ 440, "process_madvise" }, { 448, "process_mrelease" }, { 450, "set_mempolicy_home_node" },
	{ 453, "map_shadow_stack" }, { 462, "mseal" },
};

/**
 * call_name() - the name of a newer system call
 * @nr: its number
 *
 * Return: a name, or NULL.
 */
const char *call_name(unsigned int nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].nr == nr)
			return numbers[i].name;
	return NULL;
}

static const struct known *find_known(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].name, name))
			return &known[i];
	return NULL;
}

/* Of calls that do many things, by what their argument says. */
static void count_by_argument(struct reader *r, const struct sysc *s, unsigned int which,
			      const char *const *begins, size_t nr)
{
	const char *text = which < s->nr_args ? s->text[which] : NULL;
	char name[48];
	size_t i;

	for (i = 0; text && i < nr; i++) {
		const char *at = strstr(text, begins[i]);

		if (!at)
			continue;
		snprintf(name, sizeof(name), "%s(%.*s)", s->name,
			 (int)strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), at);
		reader_other(r, name);
		return;
	}
}

static void count_other(struct reader *r, const struct sysc *s)
{
	static const char *const prctls[] = {
		"PR_SET_VMA", "PR_SET_MM", "PR_SET_THP_DISABLE", "PR_SET_MEMORY_MERGE",
	};
	static const char *const ioctls[] = { "UFFDIO_", "PAGEMAP_SCAN" };
	size_t i;

	if (s->answer == ANSWER_IS && s->ret < 0 && s->ret >= -4095)
		return;		/* it has changed nothing */
	if (!strcmp(s->name, "prctl"))
		count_by_argument(r, s, 0, prctls, ARRAY_SIZE(prctls));
	else if (!strcmp(s->name, "ioctl"))
		count_by_argument(r, s, 1, ioctls, ARRAY_SIZE(ioctls));
	else if (!strncmp(s->name, "syscall_", 8))
		reader_other(r, s->name);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(others[i], s->name))
			reader_other(r, s->name);
}

static void add(struct reader *r, struct proc *proc, const struct known *k, const struct sysc *s)
{
	struct replay_call *c;
	unsigned int i;

	c = reader_add(r, k->kind, proc->nr);
	for (i = 0; i < s->nr_args && i < ARRAY_SIZE(c->arg); i++)
		c->arg[i] = s->arg[i];
	/* numbers of perf script are those of all registers */
	if (k->kind == REPLAY_MLOCK && k->nr_args < 3)
		c->arg[2] = 0;
	c->ret = s->ret;
	c->open = s->answer == ANSWER_UNKNOWN;
	if (k->kind != REPLAY_MMAP || (c->arg[3] & MAP_ANONYMOUS))
		return;
	if (s->text[4]) {
		c->file = proc_file(r, proc, s->text[4]);
	} else {
		char fd[24];

		snprintf(fd, sizeof(fd), "%lu", s->arg[4]);
		c->file = proc_file(r, proc, fd);
	}
}

/**
 * call_done() - a system call of a trace
 * @r: the reader
 * @proc: who made it
 * @s: the call; forks are the format's own to say
 *
 * A call about an address space is added to those to carry out, or counted by its name.
 */
void call_done(struct reader *r, struct proc *proc, const struct sysc *s)
{
	const char *newer = NULL;
	struct sysc named = *s;
	const struct known *k;
	unsigned int nr;

	if (sscanf(s->name, "syscall_0x%x", &nr) == 1)
		newer = call_name(nr);
	if (newer)
		snprintf(named.name, sizeof(named.name), "%s", newer);
	k = find_known(named.name);
	if (!strncmp(named.name, "execve", 6)) {
		if (named.answer == ANSWER_IS && named.ret)
			return;
		if (named.answer == ANSWER_NONE)
			return;
		r->facts.about++;
		reader_add(r, REPLAY_EXEC, proc->nr);
	} else if (!k) {
		count_other(r, &named);
	} else if (named.answer == ANSWER_NONE) {
		;		/* the process was ended in it */
	} else if (named.nr_args < k->nr_args) {
		input_damaged(r->in, "too few arguments", named.name);
	} else if (named.unknown) {
		char name[48];

		snprintf(name, sizeof(name), "%s(%.*s)", named.name,
			 (int)strspn(named.unknown, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"),
			 named.unknown);
		r->facts.about++;
		reader_other(r, name);
	} else if (!strcmp(named.name, "pkey_mprotect") && named.arg[3] != -1UL) {
		r->facts.about++;
		reader_other(r, "pkey_mprotect(pkey)");
	} else {
		r->facts.about++;
		add(r, proc, k, &named);
	}
}

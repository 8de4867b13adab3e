// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc/PID that tell of an address space. Calls with them are served; those of text are
 * read whole where a read() begins at their start, into the file that stands for them on the host.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

static const char *const names[HOSTED_PROC_FILES] = {
	[HOSTED_MAPS] = "maps", [HOSTED_SMAPS] = "smaps", [HOSTED_SMAPS_ROLLUP] = "smaps_rollup",
	[HOSTED_CLEAR_REFS] = "clear_refs", [HOSTED_PAGEMAP] = "pagemap",
	[HOSTED_MEM] = "mem",
};

#define MOST_PATH	128
#define TEXT_PART	65536ul		/* of one read() */

/* The string at a user address, or as much of it as we ask for. */
static bool read_string(struct guest *g, unsigned long addr, char *to)
{
	size_t done = 0, part;

	while (done < MOST_PATH) {
		part = PAGE - (addr + done) % PAGE;
		part = part < MOST_PATH - done ? part : MOST_PATH - done;
		if (hosted_read(g->space, addr + done, to + done, part))
			return false;
		if (memchr(to + done, 0, part))
			return true;
		done += part;
	}
	return true;
}

/* Whether a file would change the memory management of the host: it is not the guest's. */
static bool is_setting(const char *path, unsigned long flags)
{
	return (flags & O_ACCMODE) != O_RDONLY &&
	       (!strncmp(path, "/sys/kernel/mm/", 15) || !strncmp(path, "/proc/sys/vm/", 13));
}

/* Which file of which process; -1 for all others. */
static int parse(const char *path, struct process *self, struct process **of)
{
	char *end;
	int i;

	if (strncmp(path, "/proc/", 6))
		return -1;
	path += 6;
	*of = self;
	if (!strncmp(path, "self/", 5)) {
		path += 5;
	} else if (!strncmp(path, "thread-self/", 12)) {
		path += 12;
	} else {
		long pid = strtol(path, &end, 10);

		if (end == path || *end != '/')
			return -1;
		path = end + 1;
		*of = process_by_own(pid);
	}
	if (!strncmp(path, "task/", 5)) {
		strtol(path + 5, &end, 10);
		path = *end == '/' ? end + 1 : end;
	}
	for (i = 0; i < HOSTED_PROC_FILES; i++)
		if (!strcmp(path, names[i]))
			return *of ? i : -1;
	return -1;
}

static void give_mark(int listener, const struct seccomp_notif *n, const struct mark *m, bool served,
		      bool cloexec)
{
	int fd = mark_make(m);

	if (fd < 0) {
		reply(listener, n, -ENFILE);
		return;
	}
	give(listener, n, fd, served, cloexec);
	close(fd);
}

/* The machine has no hugetlbfs, and programs look here for it. */
#define HUGETLB		"/sys/kernel/mm/hugepages"

static void give_meminfo(int listener, const struct seccomp_notif *n, bool cloexec)
{
	int fd = memfd_create("meminfo", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "Huge", 4))
			(void)!write(fd, line, strlen(line));
	if (f)
		fclose(f);
	lseek(fd, 0, SEEK_SET);
	fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
	give(listener, n, fd, false, cloexec);
	close(fd);
}

/* What is no file of an address space, and not the host's either. */
static bool open_other(int listener, const struct seccomp_notif *n, const char *path, bool cloexec)
{
	/* The only call of /dev/userfaultfd is served by its number */
	if (!strcmp(path, "/dev/userfaultfd"))
		give_mark(listener, n, &(struct mark) { 'u', 0, 0 }, false, cloexec);
	else if (!strcmp(path, "/proc/meminfo"))
		give_meminfo(listener, n, cloexec);
	else if (!strncmp(path, HUGETLB, strlen(HUGETLB)))
		reply(listener, n, -ENOENT);
	else
		return false;
	return true;
}

static bool read_path(struct process *p, unsigned long addr, char *to)
{
	bool ok;

	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&p->guest->life);
	ok = !p->guest->ended && read_string(p->guest, addr, to);
	files_follow();
	pthread_rwlock_unlock(&p->guest->life);
	pthread_rwlock_unlock(&gate);
	return ok;
}

/**
 * open_serve() - serve open() and openat()
 * @listener: what has told of it
 * @n: the call, which the host does unless it is of a file that tells of a guest
 */
void open_serve(int listener, const struct seccomp_notif *n)
{
	bool at = n->data.nr == SYS_openat;
	unsigned long addr = n->data.args[at], flags = n->data.args[at + 1];
	struct process *p = process_by_tid(n->pid), *of = NULL;
	char path[MOST_PATH + 1] = "";
	int name;

	if (!p || !read_path(p, addr, path)) {
		pass_on(listener, n);
		return;
	}
	if (open_other(listener, n, path, flags & O_CLOEXEC))
		return;
	if (is_setting(path, flags)) {
		count_call(p->guest, n->data.nr, -EACCES);
		count_refused(p->guest, n->data.nr, "of a setting of the host's mm");
		reply(listener, n, -EACCES);
		return;
	}
	name = parse(path, p, &of);
	if (name < 0) {
		pass_on(listener, n);
		return;
	}
	count_call(p->guest, n->data.nr, 0);
	give_mark(listener, n, &(struct mark) { 'p', name, of->guest->slot }, true, flags & O_CLOEXEC);
}

static bool is_text(const struct mark *m)
{
	return m->what <= HOSTED_SMAPS_ROLLUP;
}

struct filling {
	int fd;
	unsigned long at;
};

static void put(void *arg, const char *text, unsigned long n)
{
	struct filling *f = arg;

	(void)!pwrite(f->fd, text, n, f->at);
	f->at += n;
}

static long fill(struct guest *of, enum hosted_proc name, int fd)
{
	struct filling f = { fd, 0 };

	(void)!ftruncate(fd, 0);
	return hosted_proc_text(of->space, name, put, &f);
}

/* Reads a part of the text, as it was when its start was read last. */
static long read_text(struct guest *of, struct guest *g, enum hosted_proc name, const struct transfer *t)
{
	size_t len = t->len < TEXT_PART ? t->len : TEXT_PART;
	long err = *t->pos ? 0 : fill(of, name, t->fd);
	char *part;
	ssize_t n;

	if (err)
		return err;
	part = xcalloc(1, len + 1);
	n = pread(t->fd, part, len, *t->pos);
	if (n > 0 && hosted_write(g->space, t->addr, part, n))
		n = -EFAULT;
	free(part);
	if (n > 0)
		*t->pos += n;
	return n;
}

static long call(struct guest *of, struct guest *g, const struct mark *m, const struct transfer *t)
{
	if (g->ended)
		return -EFAULT;
	if (of->ended)
		return t->what == HOSTED_FILE_IOCTL ? -ESRCH : 0;
	if (t->what == HOSTED_FILE_COPY)
		return is_text(m) ? fill(of, m->what, t->fd) : -EBUSY;
	if (t->what == HOSTED_FILE_READ && is_text(m))
		return read_text(of, g, m->what, t);
	return hosted_proc_call(of->space, g->space, m->what, t->what, t->addr, t->len, t->pos);
}

/**
 * proc_call() - a call with a descriptor of such a file
 * @p: who makes it
 * @m: what the descriptor stands for
 * @t: the call
 *
 * Return: as the call returns it.
 */
long proc_call(struct process *p, const struct mark *m, const struct transfer *t)
{
	struct guest *of = guest_by_slot(m->nr), *g = p->guest;
	long ret;

	if (!of || m->what >= HOSTED_PROC_FILES)
		return t->what == HOSTED_FILE_IOCTL ? -ESRCH : 0;
	if (m->what == HOSTED_CLEAR_REFS && of != g) {
		count_refused(g, SYS_write, "clear_refs of another process");
		return -EACCES;
	}
	pthread_rwlock_rdlock(&gate);
	/* in the order of their addresses, as no other takes two */
	pthread_rwlock_rdlock(&(of < g ? of : g)->life);
	if (of != g)
		pthread_rwlock_rdlock(&(of < g ? g : of)->life);
	ret = call(of, g, m, t);
	if (of != g)
		pthread_rwlock_unlock(&of->life);
	pthread_rwlock_unlock(&g->life);
	pthread_rwlock_unlock(&gate);
	return ret;
}

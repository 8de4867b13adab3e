// SPDX-License-Identifier: GPL-2.0
/* Memfds of guests: files of the machine's shared memory. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

struct memfd {
	int nr;
	bool seen;
	int missed;	/* looks in a row that have not found it */
	void *file;
	struct memfd *next;
};

#define COLLECT	16	/* of them, before we look which ones are closed */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct memfd *memfds;
static int next_nr, nr_since;

static struct memfd *find(int nr)
{
	struct memfd *m = memfds;

	while (m && m->nr != nr)
		m = m->next;
	return m;
}

/* Note which ones a process has open. */
static void look_at(pid_t pid)
{
	char path[300];
	struct dirent *e;
	struct memfd *m;
	struct mark mark;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, e->d_name);
		if (!mark_parse(path, &mark) || mark.kind != 'm')
			continue;
		m = find(mark.nr);
		if (m)
			m->seen = true;
	}
	if (d)
		closedir(d);
}

static void put_unseen(int most)
{
	struct memfd **at = &memfds, *m;

	while ((m = *at)) {
		m->missed = m->seen ? 0 : m->missed + 1;
		/* the first time it may be on its way to who has made it */
		if (m->missed < most || hosted_file_mapped(m->file)) {
			at = &m->next;
			continue;
		}
		*at = m->next;
		hosted_file_put(m->file);
		free(m);
	}
}

/* Put those that nobody has open or mapped any more: the host does not tell of a close(). */
static void collect(void)
{
	struct memfd *m;

	for (m = memfds; m; m = m->next)
		m->seen = false;
	processes_each(look_at);
	put_unseen(2);
}

/**
 * memfd_serve() - serve memfd_create()
 * @listener: what has told of it
 * @n: the call
 */
void memfd_serve(int listener, const struct seccomp_notif *n)
{
	struct process *p = process_by_tid(n->pid);
	struct mark mark = { 'm', 0, 0 };
	struct memfd *m;
	long err = 0;
	void *file;
	int fd = -1;

	pthread_rwlock_rdlock(&gate);
	pthread_mutex_lock(&lock);
	if (++nr_since >= COLLECT) {
		nr_since = 0;
		collect();
	}
	file = hosted_memfd_new(n->data.args[1], &err);
	if (file) {
		m = xcalloc(1, sizeof(*m));
		*m = (struct memfd) { .nr = mark.nr = next_nr++, .file = file, .next = memfds };
		memfds = m;
	}
	pthread_mutex_unlock(&lock);
	pthread_rwlock_unlock(&gate);
	if (file)
		fd = mark_make(&mark);
	if (file && fd < 0)
		err = -ENFILE;
	count_call(p ? p->guest : NULL, n->data.nr, err);
	if (err == -ENOSYS)
		count_refused(p ? p->guest : NULL, n->data.nr, "of huge pages");
	if (err) {
		reply(listener, n, err);
		return;
	}
	fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE);
	give(listener, n, fd, true, n->data.args[1] & MFD_CLOEXEC);
	close(fd);
}

/**
 * memfd_file() - the machine's file of a memfd
 * @nr: its number
 *
 * Return: the file, as long as somebody has it open; or NULL.
 */
void *memfd_file(int nr)
{
	struct memfd *m;
	void *file;

	pthread_mutex_lock(&lock);
	m = find(nr);
	file = m ? m->file : NULL;
	pthread_mutex_unlock(&lock);
	return file;
}

/**
 * memfd_call() - a call with the descriptor of a memfd
 * @p: who makes it
 * @m: what the descriptor stands for
 * @t: the call; its file on the host is made as large as the memfd, for fstat()
 *
 * Return: as the call returns it.
 */
long memfd_call(struct process *p, const struct mark *m, const struct transfer *t)
{
	void *file = memfd_file(m->nr);
	struct guest *g = p->guest;
	unsigned long size = 0;
	long ret = -EBADF;

	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&g->life);
	if (file && !g->ended) {
		ret = hosted_memfd_call(file, g->space, t->what, t->addr, t->len, t->pos);
		size = hosted_memfd_size(file);
	}
	pthread_rwlock_unlock(&g->life);
	pthread_rwlock_unlock(&gate);
	if (ret >= 0 && t->what != HOSTED_FILE_READ && t->what != HOSTED_FILE_FCNTL)
		(void)!ftruncate(t->fd, size);
	return ret;
}

/**
 * memfds_end() - put all memfds
 */
void memfds_end(void)
{
	struct memfd *m;

	for (m = memfds; m; m = m->next)
		m->seen = false;
	put_unseen(1);
}

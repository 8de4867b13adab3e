// SPDX-License-Identifier: GPL-2.0
/*
 * Userfaultfds of guests. The descriptor is the end of a pipe of the host, into which the pump puts
 * the messages of the machine's context: so read(), poll() and close() are the host's. Its ioctl()s
 * are served. A fault that waits for one is served by a worker of its own kind.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/**
 * struct uffd - an open userfaultfd
 * @inode: of the pipe
 * @to: our end of it
 * @from: the guest's end, of one that fork() has made: until somebody reads that there is one
 * @of_machine: the context
 * @forked: those that fork() has made, in the order of its messages in the pipe
 * @next: the next one
 */
struct uffd {
	ino_t inode;
	int to, from;
	void *of_machine;
	struct uffd *forked, *next;
};

/* A fault that waits for a worker, or for a monitor. */
struct fault {
	struct guest *g;
	unsigned long addr;
	int write;
	struct fault *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct uffd *uffds;
static _Atomic int nr_uffds;
static int pump_fd = -1;
static _Atomic bool ends, forking;

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static struct fault *queue;

/**
 * uffd_ready() - there is a message in a userfaultfd
 * @of_host: the userfaultfd
 *
 * Context: a spinlock of the machine is held.
 */
void uffd_ready(void *of_host)
{
	(void)of_host;
	eventfd_write(pump_fd, 1);
}

/**
 * uffd_forks() - a space is copied
 * @begins: or was
 */
void uffd_forks(bool begins)
{
	/* fork() holds the gate then, and waits until its message is read */
	forking = begins;
}

static __thread struct guest *served;

/**
 * uffd_rest() - this worker waits for a monitor, or goes on
 * @begins: which of both
 */
void uffd_rest(int begins)
{
	if (begins) {
		pthread_rwlock_unlock(&served->life);
		pthread_rwlock_unlock(&gate);
	} else {
		pthread_rwlock_rdlock(&gate);
		pthread_rwlock_rdlock(&served->life);
	}
}

static bool make_pipe(struct uffd *u, int flags)
{
	struct stat st;
	int end[2];

	if (pipe2(end, O_CLOEXEC | (flags & O_NONBLOCK)))
		return false;
	fcntl(end[1], F_SETFL, O_NONBLOCK);
	fstat(end[0], &st);
	u->inode = st.st_ino;
	u->from = end[0];
	u->to = end[1];
	return true;
}

/* fork() has made another one: it gets its number where the message is read. */
static void add_forked(struct uffd *of, int fd)
{
	struct uffd *u = xcalloc(1, sizeof(*u)), **at = &of->forked;

	if (!make_pipe(u, O_NONBLOCK))
		die("environment: no pipe: %s", strerror(errno));
	u->of_machine = hosted_uffd_of_fork(fd, u);
	while (*at)
		at = &(*at)->next;
	*at = u;
}

/* Context: in the machine. */
static void pump_one(struct uffd *u)
{
	struct uffd_msg msg;

	while (hosted_uffd_read(u->of_machine, &msg, sizeof(msg)) == sizeof(msg)) {
		if (msg.event == UFFD_EVENT_FORK)
			add_forked(u, msg.arg.fork.ufd);
		if (write(u->to, &msg, sizeof(msg)) != sizeof(msg) && errno != EPIPE)
			say("a message of a userfaultfd is lost: %s", strerror(errno));
	}
}

static void pump_all(void)
{
	struct uffd *u;

	pthread_mutex_lock(&lock);
	for (u = uffds; u; u = u->next)
		pump_one(u);
	pthread_mutex_unlock(&lock);
}

static void pump(void *arg)
{
	const struct timespec moment = { .tv_nsec = 100000 };
	eventfd_t nr;
	bool alone;

	(void)arg;
	while (!eventfd_read(pump_fd, &nr) && !ends) {
		while ((alone = pthread_rwlock_tryrdlock(&gate)) && !forking)
			nanosleep(&moment, NULL);
		pump_all();
		if (!alone)
			pthread_rwlock_unlock(&gate);
	}
}

#define MOST_TRIES	10000

static int serve_waiting(struct fault *f)
{
	int tries, err;

	for (tries = 0; tries < MOST_TRIES; tries++) {
		if (f->g->ended || tlb_fill(f->g, f->addr, f->write))
			return 0;
		err = hosted_fault_waiting(f->g->space, f->addr, f->write);
		if (err)
			return err;
	}
	hosted_complain("an access faults for ever");
	return -EFAULT;
}

static void waiter(void *arg)
{
	struct fault *f;
	int err;

	(void)arg;
	hosted_waits();
	for (;;) {
		pthread_mutex_lock(&queue_lock);
		while (!queue && !ends)
			pthread_cond_wait(&queue_filled, &queue_lock);
		f = queue;
		if (f)
			queue = f->next;
		pthread_mutex_unlock(&queue_lock);
		if (!f)
			return;
		served = f->g;
		uffd_rest(0);
		err = serve_waiting(f);
		if (!f->g->ended)
			fault_end(f->g, f->addr, f->write, err);
		uffd_rest(1);
		free(f);
		hosted_rest();
	}
}

/**
 * uffd_fault() - a fault in what is registered with a userfaultfd
 * @g: the guest
 * @addr: where
 * @write: by a store
 */
void uffd_fault(struct guest *g, unsigned long addr, int write)
{
	struct fault *f = xcalloc(1, sizeof(*f)), **at = &queue;

	*f = (struct fault) { .g = g, .addr = addr, .write = write };
	pthread_mutex_lock(&queue_lock);
	while (*at)
		at = &(*at)->next;
	*at = f;
	pthread_cond_signal(&queue_filled);
	pthread_mutex_unlock(&queue_lock);
}

static void close_one(struct uffd **at)
{
	struct uffd *u = *at;

	*at = u->next;
	while (u->forked)
		close_one(&u->forked);
	hosted_uffd_put(u->of_machine);
	close(u->to);
	if (u->from >= 0)
		close(u->from);
	free(u);
}

static void close_listed(struct uffd **at)
{
	nr_uffds--;
	close_one(at);
}

/**
 * uffds_follow() - close those that no guest has open any more: the host does not tell of close()
 *
 * Context: in the machine.
 */
void uffds_follow(void)
{
	struct uffd **at;

	if (!nr_uffds)
		return;
	pthread_mutex_lock(&lock);
	for (at = &uffds; *at; ) {
		struct pollfd p = { .fd = (*at)->to };

		if (poll(&p, 1, 0) == 1 && (p.revents & POLLERR))
			close_listed(at);
		else
			at = &(*at)->next;
	}
	pthread_mutex_unlock(&lock);
}

/* Starts the workers that guests without a userfaultfd need not. */
static void begin(void)
{
	int i;

	if (pump_fd >= 0)
		return;
	pump_fd = eventfd(0, EFD_CLOEXEC);
	hosted_waits_begin();
	hosted_start(pump, NULL, "pump");
	for (i = 0; i < HOSTED_WAITERS; i++)
		hosted_start(waiter, NULL, "waiter");
}

/* A new one; returns our copy of the guest's descriptor. */
static int open_one(struct guest *g, unsigned long flags, long *err)
{
	struct uffd *u = xcalloc(1, sizeof(*u));
	int from = -1;

	*err = -EMFILE;
	pthread_mutex_lock(&lock);
	begin();
	if (make_pipe(u, flags))
		u->of_machine = hosted_uffd_new(g->space, flags, u, err);
	if (u->of_machine) {
		from = u->from;
		u->from = -1;
		u->next = uffds;
		uffds = u;
		nr_uffds++;
	}
	pthread_mutex_unlock(&lock);
	if (from >= 0)
		return from;
	if (u->to)
		close(u->to);
	if (u->from)
		close(u->from);
	free(u);
	return -1;
}

/**
 * uffd_serve() - serve userfaultfd(), and what stands for it with /dev/userfaultfd
 * @listener: what has told of it
 * @n: the call
 * @p: who makes it
 * @flags: its flags
 */
void uffd_serve(int listener, const struct seccomp_notif *n, struct process *p, unsigned long flags)
{
	long err = -ESRCH;
	int fd = -1;

	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&p->guest->life);
	uffds_follow();
	if (!p->guest->ended)
		fd = open_one(p->guest, flags, &err);
	pthread_rwlock_unlock(&p->guest->life);
	pthread_rwlock_unlock(&gate);
	count_call(p->guest, n->data.nr, err);
	if (fd < 0) {
		reply(listener, n, err);
		return;
	}
	give(listener, n, fd, true, flags & O_CLOEXEC);
	close(fd);
}

static struct uffd *find(ino_t inode)
{
	struct uffd *u;

	pthread_mutex_lock(&lock);
	for (u = uffds; u && u->inode != inode; u = u->next)
		;
	pthread_mutex_unlock(&lock);
	return u;
}

#define MOST_MESSAGES	64

/* Give the reader descriptors of those that fork() has made: they are in the messages. */
static void give_forked(int listener, const struct seccomp_notif *n, struct uffd *u, int fd)
{
	struct uffd_msg msg[MOST_MESSAGES];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct uffd *child;
	ssize_t size, i;

	size = poll(&p, 1, 0) == 1 && (p.revents & POLLIN) ? read(fd, msg, sizeof(msg)) : 0;
	for (i = 0; i < size / (ssize_t)sizeof(msg[0]); i++) {
		child = u->forked;
		if (msg[i].event != UFFD_EVENT_FORK || !child)
			continue;
		msg[i].arg.fork.ufd = add_served(listener, n, child->from);
		close(child->from);
		child->from = -1;
		u->forked = child->next;
		child->next = uffds;
		uffds = child;
		nr_uffds++;
	}
	if (size > 0)
		(void)!write(u->to, msg, size);
	/* which may have messages */
	eventfd_write(pump_fd, 1);
}

/**
 * uffd_read() - a descriptor is about to be read, which may be one of a userfaultfd
 * @listener: what has told of it
 * @n: the call, which the host does
 * @p: who makes it
 */
void uffd_read(int listener, const struct seccomp_notif *n, struct process *p)
{
	int fd = pidfd_getfd(p->fd, n->data.args[0], 0);
	struct uffd *u;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return;
	pthread_mutex_lock(&lock);
	for (u = uffds; u && u->inode != st.st_ino; u = u->next)
		;
	if (u && u->forked)
		give_forked(listener, n, u, fd);
	pthread_mutex_unlock(&lock);
	close(fd);
}

/**
 * uffd_ioctl() - serve an ioctl() of a userfaultfd
 * @p: who makes it
 * @fd: a copy of its descriptor
 * @nr: of the ioctl
 * @arg: its argument
 * @ret: set to what it returns
 *
 * Return: false if the descriptor is none of a userfaultfd.
 */
bool uffd_ioctl(struct process *p, int fd, unsigned long nr, unsigned long arg, long *ret)
{
	struct guest *g = p->guest, *of;
	struct uffd *u;
	struct stat st;

	if (fstat(fd, &st) || !S_ISFIFO(st.st_mode))
		return false;
	u = find(st.st_ino);
	if (!u)
		return false;
	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&g->life);
	of = hosted_uffd_tlb(u->of_machine);
	if (of)
		tlb_allow(of);
	*ret = g->ended ? -ESRCH : hosted_uffd_ioctl(u->of_machine, g->space, nr, arg);
	pthread_rwlock_unlock(&g->life);
	pthread_rwlock_unlock(&gate);
	return true;
}

/**
 * uffds_end() - close all, and end what waits for them
 */
void uffds_end(void)
{
	if (pump_fd < 0)
		return;
	pthread_rwlock_rdlock(&gate);
	pthread_mutex_lock(&lock);
	while (uffds)
		close_listed(&uffds);
	pthread_mutex_unlock(&lock);
	pthread_rwlock_unlock(&gate);
	pthread_mutex_lock(&queue_lock);
	ends = true;
	pthread_cond_broadcast(&queue_filled);
	pthread_mutex_unlock(&queue_lock);
	eventfd_write(pump_fd, 1);
}

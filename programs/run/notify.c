// SPDX-License-Identifier: GPL-2.0
/* The workers that serve what the filter and userfaultfd tell of. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

static int stop_fd;
static bool stopping;

/* Calls that wait, as the last worker but one is needed to serve what others wait for. */
static pthread_mutex_t waiting_lock = PTHREAD_MUTEX_INITIALIZER;
static struct waiting { struct seccomp_notif n; struct waiting *next; } *waiting;
static unsigned int nr_long;

/* A call that waits for the guest itself. */
static bool is_long(const struct seccomp_notif *n)
{
	switch (n->data.nr) {
	case SYS_clone:
	case SYS_fork:
	case SYS_execve:
	case SYS_execveat:
		return !is_booting(n->pid);
	}
	return false;
}

static bool put_off(const struct seccomp_notif *n)
{
	bool put;

	pthread_mutex_lock(&waiting_lock);
	put = nr_long + 1 >= opt.workers;
	if (put) {
		struct waiting *w = xcalloc(1, sizeof(*w)), **at = &waiting;

		w->n = *n;
		while (*at)
			at = &(*at)->next;
		*at = w;
	} else {
		nr_long++;
	}
	pthread_mutex_unlock(&waiting_lock);
	return put;
}

static void serve_long(const struct seccomp_notif *n)
{
	struct seccomp_notif now = *n;
	struct waiting *w;

	do {
		call_serve(listener_fd, &now);
		pthread_mutex_lock(&waiting_lock);
		w = waiting;
		if (w) {
			now = w->n;
			waiting = w->next;
		} else {
			nr_long--;
		}
		pthread_mutex_unlock(&waiting_lock);
		free(w);
	} while (w);
}

static void one_call(void)
{
	struct seccomp_notif n;

	memset(&n, 0, sizeof(n));
	if (ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_RECV, &n)) {
		world_watch(calls_epoll, listener_fd, &listener_fd);
		return;
	}
	world_watch(calls_epoll, listener_fd, &listener_fd);
	if (!is_long(&n))
		call_serve(listener_fd, &n);
	else if (!put_off(&n))
		serve_long(&n);
}

static void calls_worker(void *arg)
{
	struct epoll_event e;

	(void)arg;
	while (!__atomic_load_n(&stopping, __ATOMIC_ACQUIRE)) {
		if (epoll_wait(calls_epoll, &e, 1, -1) != 1 || e.data.ptr == &stop_fd)
			continue;
		if (e.data.ptr == &listener_fd)
			one_call();
		else
			guest_put(process_end(e.data.ptr));
	}
}

static void faults_worker(void *arg)
{
	struct uffd_msg msg;
	struct epoll_event e;
	struct guest *g;
	ssize_t n;

	(void)arg;
	while (!__atomic_load_n(&stopping, __ATOMIC_ACQUIRE)) {
		if (epoll_wait(faults_epoll, &e, 1, -1) != 1 || e.data.ptr == &stop_fd)
			continue;
		g = e.data.ptr;
		n = read(g->uffd, &msg, sizeof(msg));
		if (!g->ended && !g->lost)
			world_watch(faults_epoll, g->uffd, g);
		if (n == sizeof(msg) && msg.event == UFFD_EVENT_PAGEFAULT)
			fault_serve(g, &msg);
	}
}

static void run(void)
{
	struct epoll_event all = { .events = EPOLLIN, .data.ptr = &stop_fd };
	unsigned int i;

	calls_epoll = epoll_create1(EPOLL_CLOEXEC);
	faults_epoll = epoll_create1(EPOLL_CLOEXEC);
	stop_fd = eventfd(0, EFD_CLOEXEC);
	epoll_ctl(calls_epoll, EPOLL_CTL_ADD, stop_fd, &all);
	epoll_ctl(faults_epoll, EPOLL_CTL_ADD, stop_fd, &all);
	if (guest_start())
		return;
	world_watch(calls_epoll, listener_fd, &listener_fd);
	for (i = 0; i < opt.workers; i++) {
		hosted_start(calls_worker, NULL, "calls");
		hosted_start(faults_worker, NULL, "faults");
	}
	guest_wait();
	guests_are_dead();
	guests_check();
	uffds_end();
	__atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
	eventfd_write(stop_fd, 1);
	hosted_join();
	guests_end();
	memfds_end();
	files_end();
}

static const struct hosted_ops ops = {
	.run = run, .flush = tlb_flush, .file_read = file_read, .file_write = file_write, .file_punch = file_punch,
	.uffd_ready = uffd_ready, .rest = uffd_rest,
};

/**
 * serve() - have the machine's case serve guests
 */
void serve(void)
{
	hosted_set(&ops);
}

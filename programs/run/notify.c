// SPDX-License-Identifier: GPL-2.0
/* The filter of system calls, and the workers that serve what it tells of. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

int listener_fd = -1, calls_epoll = -1, faults_epoll = -1;

/* Calls that are about address spaces, whether they are supported or not. */
static const int told[] = {
	SYS_mmap, SYS_mprotect, SYS_munmap, SYS_brk, SYS_mremap, SYS_msync, SYS_mincore, SYS_madvise,
	SYS_shmat, SYS_shmdt, SYS_mlock, SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_remap_file_pages,
	SYS_mlock2, SYS_pkey_mprotect, SYS_pkey_alloc, NR_ASK, SYS_clone, SYS_fork, SYS_vfork, SYS_execve,
	SYS_execveat, SYS_exit, SYS_userfaultfd, SYS_process_madvise, SYS_process_mrelease, SYS_vmsplice,
	SYS_io_uring_setup, SYS_io_setup, SYS_memfd_secret, SYS_migrate_pages, SYS_move_pages, SYS_mbind,
	453 /* map_shadow_stack */,
};

/* Those without which the C library does well, and with which a guest is served worse. */
static const int absent[] = { SYS_rseq, SYS_clone3 };

/* of prctl(), which headers of the C library's computer may not have yet */
#define NR_SET_MDWE		65
#define NR_SET_MEMORY_MERGE	67
#ifndef PR_SET_VMA
#define PR_SET_VMA		0x53564d41
#endif

#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define GIVE(what)	BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS(value)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)

#define IS(value, skip)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define OTHER(nr, skip)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, skip)

/* Calls that are about address spaces by what their arguments say: they are told of, too. */
static const struct sock_filter by_argument[] = {
	OTHER(SYS_prctl, 8),
	LOAD(args[0]),
	IS(PR_SET_VMA, 5), IS(PR_SET_MM, 4), IS(PR_SET_THP_DISABLE, 3), IS(NR_SET_MDWE, 2),
	IS(NR_SET_MEMORY_MERGE, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
	OTHER(SYS_prlimit64, 8),
	LOAD(args[2]), IS(0, 4),
	LOAD(args[1]), IS(RLIMIT_AS, 3), IS(RLIMIT_DATA, 2), IS(RLIMIT_MEMLOCK, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
	OTHER(SYS_setrlimit, 6),
	LOAD(args[0]), IS(RLIMIT_AS, 3), IS(RLIMIT_DATA, 2), IS(RLIMIT_MEMLOCK, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
};

/**
 * filter_install() - have this process and what it starts tell of its calls
 *
 * Return: the listener, or a negative errno.
 */
int filter_install(void)
{
	struct sock_filter f[256] = {
		LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		GIVE(SECCOMP_RET_ERRNO | ENOSYS),
		/* calls from the agent's code are the host's */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4),
		LOAD(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, AGENT_CODE, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, AGENT_ASK, 1, 0),
		GIVE(SECCOMP_RET_ALLOW),
		LOAD(nr),
	};
	struct sock_fprog prog = { .filter = f };
	size_t n = 10, i;
	long fd;

	for (i = 0; i < ARRAY_SIZE(absent); i++) {
		f[n++] = (struct sock_filter)UNLESS(absent[i]);
		f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ERRNO | ENOSYS);
	}
	for (i = 0; i < ARRAY_SIZE(told); i++) {
		f[n++] = (struct sock_filter)UNLESS(told[i]);
		f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_USER_NOTIF);
	}
	memcpy(f + n, by_argument, sizeof(by_argument));
	n += ARRAY_SIZE(by_argument);
	f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
	prog.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &prog);
	return fd < 0 ? -errno : fd;
}

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
			process_end(e.data.ptr);
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

void hosted_main(void)
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
	__atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
	eventfd_write(stop_fd, 1);
	hosted_join();
	guests_end();
	files_end();
}

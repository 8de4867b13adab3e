// SPDX-License-Identifier: GPL-2.0
/* Calls that a stopped guest is made to make: its mapping, its userfaultfd, its agent. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/**
 * struct stopped - a thread that ptrace has stopped
 * @pid: the thread
 * @regs: as it is to go on
 * @mask: its blocked signals
 * @gadget: where it has an instruction for a call, and a breakpoint behind that
 * @gone: it has been killed meanwhile
 */
struct stopped {
	pid_t pid;
	struct user_regs_struct regs;
	unsigned long mask, gadget;
	bool gone;
};

static pid_t booting[2 * HOSTED_WORKERS];

/**
 * is_booting() - is a process made to make calls that are the host's?
 * @pid: the process
 */
bool is_booting(pid_t pid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(booting); i++)
		if (__atomic_load_n(&booting[i], __ATOMIC_ACQUIRE) == pid)
			return true;
	return false;
}

/**
 * set_booting() - say so
 * @pid: the process
 * @on: it is, or is no more
 */
void set_booting(pid_t pid, bool on)
{
	pid_t from = on ? 0 : pid, want;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(booting); i++) {
		want = from;
		if (__atomic_compare_exchange_n(&booting[i], &want, on ? pid : 0, false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return;
	}
}

/**
 * let_go() - end the tracing of a stopped thread
 * @pid: the thread
 * @sig: a signal for it, or 0
 *
 * One that was killed meanwhile is waited for: nobody else can, and the PID namespace could not end.
 */
void let_go(pid_t pid, int sig)
{
	int status;

	if (ptrace(PTRACE_DETACH, pid, 0, sig) && errno == ESRCH)
		while (waitpid(pid, &status, __WALL | __WNOTHREAD) < 0 && errno == EINTR)
			;
}

/* It was killed: a thread that is stopped does not go away otherwise. */
static long lost(struct stopped *s)
{
	let_go(s->pid, 0);
	s->gone = true;
	return -ESRCH;
}

/**
 * stopped_begin() - take a stopped thread's registers
 * @pid: the thread, which the caller traces
 * @gadget: of struct stopped
 *
 * Return: for stopped_end().
 */
struct stopped *stopped_begin(pid_t pid, unsigned long gadget)
{
	struct stopped *s = xcalloc(1, sizeof(*s));
	unsigned long all = ~(1ul << (SIGTRAP - 1));	/* whose handler would be lost if it were blocked */

	s->pid = pid;
	s->gadget = gadget;
	if (ptrace(PTRACE_GETREGS, pid, 0, &s->regs) || ptrace(PTRACE_GETSIGMASK, pid, 8, &s->mask))
		lost(s);
	else
		ptrace(PTRACE_SETSIGMASK, pid, 8, &all);
	return s;
}

/**
 * stopped_mask() - choose the signals that a thread blocks when it goes on
 * @s: the thread
 * @mask: them
 */
void stopped_mask(struct stopped *s, unsigned long mask)
{
	s->mask = mask;
}

/**
 * inject() - have a stopped thread make a call
 * @s: the thread
 * @nr: number of the call
 * @a: its first argument, and so on
 *
 * Return: what it returns.
 */
long inject(struct stopped *s, long nr, unsigned long a, unsigned long b, unsigned long c,
	    unsigned long d, unsigned long e, unsigned long f)
{
	struct user_regs_struct r = s->regs;
	int status;
	pid_t got;

	if (s->gone)
		return -ESRCH;
	r.rip = s->gadget;
	r.rax = nr;
	r.orig_rax = -1;
	r.rdi = a;
	r.rsi = b;
	r.rdx = c;
	r.r10 = d;
	r.r8 = e;
	r.r9 = f;
	if (ptrace(PTRACE_SETREGS, s->pid, 0, &r) || ptrace(PTRACE_CONT, s->pid, 0, 0))
		return lost(s);
	do {
		got = waitpid(s->pid, &status, __WALL);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !WIFSTOPPED(status)) {
			s->gone = true;
			return -ESRCH;
		}
		if (WSTOPSIG(status) == SIGTRAP && !(status >> 16))
			break;
		/* a stop for another reason: it goes on */
		ptrace(PTRACE_CONT, s->pid, 0, 0);
	} while (1);
	return ptrace(PTRACE_GETREGS, s->pid, 0, &r) ? lost(s) : (long)r.rax;
}

/**
 * stopped_end() - let a stopped thread go on as it was
 * @s: the thread, not to be used afterwards
 */
void stopped_end(struct stopped *s)
{
	if (!s->gone) {
		s->regs.orig_rax = -1;
		ptrace(PTRACE_SETREGS, s->pid, 0, &s->regs);
		ptrace(PTRACE_SETSIGMASK, s->pid, 8, &s->mask);
		let_go(s->pid, 0);
	}
	free(s);
}

/* Placeholders everywhere but where the host keeps something. */
static bool place(struct stopped *s, struct guest *g)
{
	unsigned long at = AGENT_CODE, end;
	struct uffdio_register r;
	int i;

	for (i = 0; i <= g->nr_keep; at = g->keep[i++].end) {
		end = i < g->nr_keep ? g->keep[i].start : TASK_TOP;
		if (at >= end)
			continue;
		if (inject(s, SYS_mmap, at, end - at, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != (long)at)
			return false;
		r = (struct uffdio_register) { { at, end - at }, UFFDIO_REGISTER_MODE_MISSING, 0 };
		if (ioctl(g->uffd, UFFDIO_REGISTER, &r))
			return false;
	}
	return true;
}

#define WANTED	(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM |	\
		 UFFD_FEATURE_MINOR_SHMEM | UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_EXACT_ADDRESS)

/**
 * setup_guest() - give an address space of the host its userfaultfd and its agent
 * @s: the only thread in it, with the agent's page of code
 * @pid: the process
 * @g: the guest
 * @fds: descriptors that it was given: the arena, and /dev/userfaultfd << 32
 *
 * Return: false if it was killed, or the host lacks something.
 */
bool setup_guest(struct stopped *s, pid_t pid, struct guest *g, unsigned long fds)
{
	const unsigned long arena = fds & 0xffffffff, dev = fds >> 32;
	struct uffdio_api api = { .api = UFFD_API, .features = WANTED };
	int pidfd = pidfd_open(pid, 0);
	long fd, agent;
	bool ok;

	s->gadget = AGENT_CODE;
	g->agent_memfd = arena;
	inject(s, SYS_mmap, AGENT_MBOX, AGENT_END - AGENT_MBOX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
	       arena, agent_slot_offset(g->slot));
	inject(s, SYS_madvise, AGENT_MBOX, AGENT_END - AGENT_MBOX, MADV_DONTFORK, 0, 0, 0);
	fd = inject(s, SYS_ioctl, dev, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK, 0, 0, 0);
	g->uffd = fd < 0 ? -1 : pidfd_getfd(pidfd, fd, 0);
	g->agent_uffd = fd;
	g->boot = pidfd;
	ok = g->uffd >= 0 && !ioctl(g->uffd, UFFDIO_API, &api) && place(s, g);
	if (ok) {
		s->gadget = AGENT_CODE + 16;
		agent = inject(s, SYS_clone, CLONE_VM | CLONE_UNTRACED, 0, 0, 0, 0, 0);
		s->gadget = AGENT_CODE;
		ok = agent > 0;
	}
	inject(s, SYS_close, fd, 0, 0, 0, 0, 0);
	inject(s, SYS_close, arena, 0, 0, 0, 0, 0);
	inject(s, SYS_close, dev, 0, 0, 0, 0, 0);
	if (ok && !s->gone) {
		agent_begin(g);
		world_watch(faults_epoll, g->uffd, g);
	} else if (!s->gone) {
		say("a guest cannot be set up: %s", strerror(errno));
	}
	g->boot = -1;
	close(pidfd);
	return ok && !s->gone;
}

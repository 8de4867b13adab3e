// SPDX-License-Identifier: GPL-2.0
/* fork(): the machine copies the space, the host's kernel makes the process. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

#define OPTIONS	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
		 PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)

/* The child has stopped before its first instruction. */
static void adopt(pid_t pid, pid_t parent, struct guest *g, unsigned long set_tid, unsigned long mask)
{
	struct stopped *s = stopped_begin(pid, AGENT_ASK);
	pid_t own = own_number(pid);
	long fds;

	stopped_mask(s, mask);
	set_booting(pid, true);
	fds = inject(s, NR_ASK, ASK_FDS, 0, 0, 0, 0, 0);
	set_booting(pid, false);
	/* the host's kernel has written it where a placeholder is now */
	if (set_tid)
		hosted_write(g->space, set_tid, &own, sizeof(own));
	if (fds > 0 && setup_guest(s, pid, g, fds)) {
		record_line("%d clone(child_stack=NULL, flags=SIGCHLD) = %d\n", parent, pid);
		guest_put(process_new(pid, g));
	} else {
		kill(pid, SIGKILL);
		guest_drop(g);
	}
	stopped_end(s);
}

/* Copy the space: the copy has the placeholders of the original. */
static struct guest *copy(struct guest *of)
{
	struct guest *g = guest_new();

	g->nr_keep = of->nr_keep;
	memcpy(g->keep, of->keep, sizeof(g->keep));
	g->nr_ctid = 0;
	memcpy(g->name, of->name, sizeof(g->name));
	pthread_rwlock_wrlock(&gate);
	uffd_forks(true);
	if (!of->ended)
		g->space = hosted_space_fork(of->space);
	uffd_forks(false);
	if (g->space)
		hosted_space_tlb(g->space, g);
	pthread_rwlock_unlock(&gate);
	if (g->space)
		return g;
	guest_drop(g);
	return NULL;
}

/**
 * struct forking - a call that makes a process
 * @parent: who makes it
 * @mask: the signals that it blocks; all are blocked meanwhile, and the child has the same
 * @masked: @mask is known
 * @child: the new process, once it is known
 * @stopped: a process that has stopped, and is the child if it is known
 * @entered: the call was begun again
 */
struct forking {
	pid_t parent, child, stopped;
	unsigned long mask;
	bool masked, entered;
};

enum step { GOES_ON, DONE, FAILED };

static enum step leave(struct forking *f, enum step step, int sig)
{
	/* its next call is one of its own */
	set_booting(f->parent, false);
	if (f->masked)
		ptrace(PTRACE_SETSIGMASK, f->parent, 8, &f->mask);
	let_go(f->parent, sig);
	return step;
}

/*
 * The parent has stopped. The request to stop is a signal to fork(), which then begins again:
 * from there on its end is told, whether it has made a process or not.
 */
static enum step parent_stopped(struct forking *f, int status)
{
	unsigned long all = ~0ul, nr;

	switch (status >> 16) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		ptrace(PTRACE_GETEVENTMSG, f->parent, 0, &nr);
		f->child = nr;
		return leave(f, DONE, 0);
	case PTRACE_EVENT_STOP:
		ptrace(PTRACE_GETSIGMASK, f->parent, 8, &f->mask);
		ptrace(PTRACE_SETSIGMASK, f->parent, 8, &all);
		f->masked = true;
		break;
	case 0:
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			return leave(f, FAILED, WSTOPSIG(status));
		if (f->entered)
			return leave(f, FAILED, 0);
		f->entered = true;
	}
	ptrace(PTRACE_SYSCALL, f->parent, 0, 0);
	return GOES_ON;
}

/* Wait for both, in whatever order they stop; false if there is no child. */
static bool wait_child(struct forking *f)
{
	int status;
	pid_t got;

	while (!f->child || f->stopped != f->child) {
		got = waitpid(-1, &status, __WALL | __WNOTHREAD);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (!WIFSTOPPED(status)) {
			if (got == f->parent && !f->child)
				return false;
			if (got == f->child)
				return false;
			continue;
		}
		if (got != f->parent)
			f->stopped = got;
		else if (parent_stopped(f, status) == FAILED)
			return false;
	}
	return true;
}

/* A child whose parent was killed before it could tell of it: nobody would let it go on. */
static void end_orphans(void)
{
	int status;
	pid_t got;

	while ((got = waitpid(-1, &status, __WALL | __WNOTHREAD)) > 0 || errno == EINTR)
		if (got > 0 && WIFSTOPPED(status))
			kill(got, SIGKILL);
}

/**
 * fork_serve() - serve fork(), or clone() without CLONE_VM
 * @listener: what has told of it
 * @n: the call
 */
void fork_serve(int listener, const struct seccomp_notif *n)
{
	bool is_clone = n->data.nr == SYS_clone;
	unsigned long set_tid = is_clone && (n->data.args[0] & CLONE_CHILD_SETTID) ? n->data.args[3] : 0;
	struct process *p = process_by_tid(n->pid);
	bool many = processes_count() >= opt.processes;
	struct guest *g = p && !many ? copy(p->guest) : NULL;
	struct forking f = { .parent = n->pid };
	bool made;

	if (many)
		count_refused(p ? p->guest : NULL, n->data.nr, "more than --processes");
	if (!g) {
		reply(listener, n, many ? -EAGAIN : -ENOMEM);
		return;
	}
	if (ptrace(PTRACE_SEIZE, n->pid, 0, OPTIONS)) {
		reply(listener, n, -EAGAIN);
		goto no_child;
	}
	ptrace(PTRACE_INTERRUPT, n->pid, 0, 0);
	set_booting(n->pid, true);
	pass_on(listener, n);
	made = wait_child(&f);
	if (made) {
		adopt(f.child, p->pid, g, set_tid, f.mask);
		return;
	}
	set_booting(n->pid, false);
	end_orphans();
no_child:
	guest_drop(g);
}

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

#define OPTIONS	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)

/* The number that the process has for itself. */
static pid_t own_number(pid_t pid)
{
	char path[64], line[256], *last;
	pid_t own = pid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "NSpid:", 6))
			continue;
		last = strrchr(line, '\t');
		sscanf(last ? last : line + 6, "%d", &own);
		break;
	}
	if (f)
		fclose(f);
	return own;
}

/* The child has stopped before its first instruction. */
static void adopt(pid_t pid, struct guest *g, unsigned long set_tid)
{
	struct stopped *s = stopped_begin(pid, AGENT_ASK);
	pid_t own = own_number(pid);
	long fds;

	set_booting(pid, true);
	fds = inject(s, NR_ASK, ASK_FDS, 0, 0, 0, 0, 0);
	set_booting(pid, false);
	/* the host's kernel has written it where a placeholder is now */
	if (set_tid)
		hosted_write(g->space, set_tid, &own, sizeof(own));
	if (fds > 0 && setup_guest(s, pid, g, fds)) {
		process_new(pid, g);
	} else {
		kill(pid, SIGKILL);
		guest_get(g);
		guest_put(g);
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
	pthread_rwlock_wrlock(&gate);
	if (!of->ended)
		g->space = hosted_space_fork(of->space);
	if (g->space)
		hosted_space_tlb(g->space, g);
	pthread_rwlock_unlock(&gate);
	if (g->space)
		return g;
	guest_get(g);
	guest_put(g);
	return NULL;
}

/* Wait for both, in whatever order they stop; false if there is no child. */
static bool wait_child(pid_t parent, pid_t *child)
{
	bool known = false;
	unsigned long nr;
	int status;
	pid_t got, stopped = 0;

	*child = 0;
	for (;;) {
		if (known && stopped == *child)
			return true;
		got = waitpid(-1, &status, __WALL | __WNOTHREAD);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (!WIFSTOPPED(status)) {
			if (got == parent)
				return known || stopped;
			continue;
		}
		if (got != parent) {
			stopped = got;
			continue;
		}
		switch (status >> 16) {
		case PTRACE_EVENT_FORK:
		case PTRACE_EVENT_VFORK:
		case PTRACE_EVENT_CLONE:
			ptrace(PTRACE_GETEVENTMSG, parent, 0, &nr);
			*child = nr;
			known = true;
			ptrace(PTRACE_DETACH, parent, 0, 0);
			break;
		default:
			ptrace(PTRACE_DETACH, parent, 0, status >> 16 ? 0 : WSTOPSIG(status));
			return false;
		}
	}
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
	struct guest *g = p ? copy(p->guest) : NULL;
	pid_t child;

	if (!g) {
		reply(listener, n, -ENOMEM);
		return;
	}
	if (ptrace(PTRACE_SEIZE, n->pid, 0, OPTIONS)) {
		reply(listener, n, -EAGAIN);
		goto no_child;
	}
	ptrace(PTRACE_INTERRUPT, n->pid, 0, 0);
	pass_on(listener, n);
	if (wait_child(n->pid, &child)) {
		adopt(child, g, set_tid);
		return;
	}
no_child:
	guest_get(g);
	guest_put(g);
}

// SPDX-License-Identifier: GPL-2.0
/* The process of a case, and what the kernel side calls in it. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "child.h"
#include "graph.h"
#include "log.h"
#include "place.h"
#include "plan.h"
#include "util.h"
#include "write.h"

/*
 * In a child stderr is the log pipe, so that it also gets what the libc and
 * the sanitizers have to say, in the right order.
 */
static int reason_to = -1;
static char reason_here[REASON_MAX];

static void take_reason(const char *text)
{
	char buf[REASON_MAX];
	size_t len = strnlen(text, sizeof(buf) - 1);

	host_note_place();
	memcpy(buf, text, len);
	buf[len] = '\0';
	/* With its NUL: that is what ends a reason in the pipe */
	if (reason_to >= 0)
		write_all(reason_to, buf, len + 1);
	else if (!reason_here[0])
		memcpy(reason_here, buf, len + 1);
}

static const struct log_sink sink = { .reason = take_reason };

static enum shim_result run_case(const struct test_case *tc)
{
	log_set_sink(&sink);
	graphs_of(tc->suite, tc->name);
	if (tc->oom.on)
		return shim_sweep_case(tc->nr, &tc->oom);
	if (tc->search.on)
		return shim_search_case(tc->nr, &tc->search);
	return shim_run_case(tc->nr);
}

static void __noreturn
child_main(const struct test_case *tc, struct shim_now *now, const struct child_setup *setup,
	   pid_t parent, int log_fd, int reason_fd)
{
	const char done = REASON_DONE;
	enum shim_result result;
	unsigned int i;
	int null_fd;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The parent may have died before it was asked for the signal */
	if (getppid() != parent)
		_exit(EXIT_USAGE);
	for (i = 0; i < setup->nr_fds; i++) {
		if (setup->fds[i].fd >= 0)
			close(setup->fds[i].fd);
	}
	null_fd = open("/dev/null", O_RDONLY);
	if (null_fd > STDIN_FILENO) {
		dup2(null_fd, STDIN_FILENO);
		close(null_fd);
	}
	dup2(log_fd, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
	close(log_fd);
	/* In order with host_log(), and not lost in a crash */
	setvbuf(stdout, NULL, _IOLBF, 0);
	reason_to = reason_fd;
	sigprocmask(SIG_SETMASK, &setup->mask, NULL);
	host_hang_watch();
	host_place_to(&now->place);
	result = run_case(tc);
	write_all(reason_fd, &done, 1);
	host_exit(result);
}

static bool make_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		return false;
	/* Of the reading end only: the cases expect writes to block */
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	return true;
}

/**
 * child_start() - run a case in a new process
 * @tc: the case
 * @now: shared with the process, which notes there where it is
 * @setup: what the process has to undo
 * @log_fd: set to the end of the pipe to read the log from
 * @reason_fd: set to the end of the pipe to read NUL-terminated reasons from
 *
 * Return: the pid, which leads a process group of its own, or -1 if processes
 * or files run short.
 */
pid_t child_start(const struct test_case *tc, struct shim_now *now,
		  const struct child_setup *setup, int *log_fd, int *reason_fd)
{
	int log[2] = { -1, -1 }, reason[2] = { -1, -1 };
	pid_t parent = getpid(), pid = -1;
	int saved_errno;

	/* Or the child would print what is in the buffers once more */
	fflush(NULL);
	if (make_pipe(log) && make_pipe(reason))
		pid = fork();
	if (!pid) {
		close(log[0]);
		close(reason[0]);
		child_main(tc, now, setup, parent, log[1], reason[1]);
	}
	saved_errno = errno;
	if (pid < 0) {
		close(log[0]);
		close(reason[0]);
	} else {
		/* Both do it, for neither to use the group before it is there */
		setpgid(pid, pid);
		*log_fd = log[0];
		*reason_fd = reason[0];
	}
	close(log[1]);
	close(reason[1]);
	errno = saved_errno;
	return pid;
}

/**
 * child_kill() - kill a case with all processes that it has started
 * @pid: its pid, not yet waited for
 */
void child_kill(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
}

/**
 * child_exited() - has a child come to its end?
 * @pid: its pid
 *
 * It stays a zombie if so, which reserves the number of its process group.
 *
 * Return: true if it can be waited for.
 */
bool child_exited(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return !waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

/**
 * run_in_place() - run a case in this process
 * @tc: the case; swept, the process ends with the operation that failed
 * @now: where it notes where it is
 * @reason: set to what host_reason() was told, or NULL
 *
 * Return: the end of the case in the form of waitpid()'s status.
 */
int run_in_place(const struct test_case *tc, struct shim_now *now, const char **reason)
{
	int status;

	host_place_to(&now->place);
	status = W_EXITCODE(run_case(tc), 0);
	*reason = reason_here[0] ? reason_here : NULL;
	return status;
}

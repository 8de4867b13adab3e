// SPDX-License-Identifier: GPL-2.0
/*
 * A worker is a process that stands where the machine has booted. Each of its cases runs in
 * a child, which is used again for the next case if it has ended well: see rewind.c. Its
 * memory is that of the worker then, so a case finds nothing of those before it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "child.h"
#include "place.h"
#include "plan.h"
#include "util.h"
#include "worker.h"
#include "write.h"

/* The ends of its pipes, and of the socket for orders and reports, that a worker has */
struct ends {
	int log, reason, link;
};

/* Seconds of CPU time that a process has used, of all its threads. */
static double cpu_seconds(pid_t pid)
{
	struct timespec ts = { };
	clockid_t clock;

	if (pid && !clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static long own_faults(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return used.ru_minflt;
}

/*
 * In a child stderr is the log pipe, so that it also gets what the libc and
 * the sanitizers have to say, in the right order.
 */
static void turn_files(const struct worker_setup *setup, const struct ends *ends)
{
	int null_fd = open("/dev/null", O_RDONLY);
	unsigned int i;

	for (i = 0; i < setup->nr_fds; i++) {
		if (setup->fds[i].fd >= 0)
			close(setup->fds[i].fd);
	}
	if (null_fd > STDIN_FILENO) {
		dup2(null_fd, STDIN_FILENO);
		close(null_fd);
	}
	dup2(ends->log, STDOUT_FILENO);
	dup2(ends->log, STDERR_FILENO);
	close(ends->log);
	/* In order with host_log(), and not lost in a crash */
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void __noreturn
run_in_child(const struct test_case *tc, const struct worker_setup *setup, const struct ends *ends)
{
	setpgid(0, 0);
	sigprocmask(SIG_SETMASK, &setup->mask, NULL);
	host_hang_watch();
	child_main(tc, ends->reason);
}

static void run(struct worker *w, struct test_case *tc, const struct worker_setup *setup,
		const struct ends *ends)
{
	struct worker_report report = { };
	long faults = own_faults();
	pid_t pid;

	tc->oom.now = &w->now->oom;
	tc->search.now = &w->now->search;
	w->shared->cpu = cpu_seconds(fork_parked());
	pid = fork_begin();
	if (!pid)
		run_in_child(tc, setup, ends);
	/* Both do it, for neither to use the group before it is there */
	setpgid(pid, pid);
	__atomic_store_n(&w->shared->pid, pid, __ATOMIC_RELEASE);
	fork_wait(pid, &report.end);
	__atomic_store_n(&w->shared->pid, 0, __ATOMIC_RELEASE);
	report.faults = own_faults() - faults;
	write_all(ends->link, (char *)&report, sizeof(report));
}

static void __noreturn
work(struct worker *w, const struct worker_setup *setup, const struct ends *ends, pid_t parent)
{
	unsigned int nr;
	ssize_t len;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The parent may have died before it was asked for the signal */
	if (getppid() != parent)
		_exit(EXIT_USAGE);
	turn_files(setup, ends);
	host_reach(w->reach);
	host_place_to(&w->now->place);
	for (;;) {
		len = read(ends->link, &nr, sizeof(nr));
		if (len == sizeof(nr))
			run(w, &setup->plan->cases[nr], setup, ends);
		else if (len >= 0 || errno != EINTR)
			break;
	}
	fork_drop();
	_exit(0);
}

static bool make_link(int fds[2])
{
	return !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
}

static void close_end(int fds[3][2], int end)
{
	int i;

	for (i = 0; i < 3; i++)
		if (fds[i][end] >= 0)
			close(fds[i][end]);
}

/**
 * worker_start() - start a worker, which waits for orders
 * @w: without a process; its shared memory is there
 * @setup: must stay as it is while there are workers
 * @fds: set to files to read from: the log, the NUL-terminated reasons, and the reports
 *
 * Return: false if processes or files run short.
 */
bool worker_start(struct worker *w, const struct worker_setup *setup, struct pollfd fds[3])
{
	int pairs[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	pid_t parent = getpid();
	int saved_errno, i;

	/* Or the child would print what is in the buffers once more */
	fflush(NULL);
	w->pid = -1;
	w->shared->pid = 0;
	if (!pipe2(pairs[0], O_CLOEXEC) && !pipe2(pairs[1], O_CLOEXEC) && make_link(pairs[2]))
		w->pid = fork();
	if (!w->pid) {
		const struct ends ends = { pairs[0][1], pairs[1][1], pairs[2][1] };

		close_end(pairs, 0);
		work(w, setup, &ends, parent);
	}
	saved_errno = errno;
	close_end(pairs, 1);
	if (w->pid < 0) {
		close_end(pairs, 0);
		w->pid = 0;
		errno = saved_errno;
		return false;
	}
	for (i = 0; i < 3; i++) {
		/* Of the reading end only: the cases expect writes to block */
		fcntl(pairs[i][0], F_SETFL, O_NONBLOCK);
		fds[i].fd = pairs[i][0];
	}
	w->link = pairs[2][0];
	return true;
}

/**
 * worker_order() - have a worker run a case
 * @w: the worker, which runs none
 * @nr: index of the case in the plan
 *
 * A worker that has died meanwhile takes no order, and that is what it reports.
 */
void worker_order(struct worker *w, unsigned int nr)
{
	send(w->link, &nr, sizeof(nr), MSG_NOSIGNAL);
}

/**
 * worker_report() - get how the case of a worker ended
 * @w: the worker
 * @report: set to the end of the case, or of the worker where that has died
 *
 * Return: false if there is none: the case runs.
 */
bool worker_report(struct worker *w, struct worker_report *report)
{
	ssize_t len = read(w->link, report, sizeof(*report));

	if (len == sizeof(*report))
		return true;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	*report = (struct worker_report) { };
	while (wait4(w->pid, &report->end.status, 0, &report->end.used) < 0 && errno == EINTR)
		;
	w->pid = 0;
	return true;
}

/**
 * worker_cpu() - get the CPU time that the case of a worker has used so far
 * @w: the worker
 *
 * Return: seconds, without those of the processes that the case has started.
 */
double worker_cpu(const struct worker *w)
{
	pid_t pid = __atomic_load_n(&w->shared->pid, __ATOMIC_ACQUIRE);

	return pid ? cpu_seconds(pid) - w->shared->cpu : 0;
}

/**
 * worker_signal() - send a signal to the process of the case that a worker runs
 * @w: the worker
 * @sig: the signal; with SIGKILL all processes that the case has started get it
 */
void worker_signal(const struct worker *w, int sig)
{
	pid_t pid = __atomic_load_n(&w->shared->pid, __ATOMIC_ACQUIRE);

	if (!pid)
		return;
	if (sig == SIGKILL)
		kill(-pid, sig);
	kill(pid, sig);
}

/**
 * worker_kill() - kill a worker with its case, and leave the report of that to worker_report()
 * @w: the worker
 */
void worker_kill(struct worker *w)
{
	worker_signal(w, SIGKILL);
	kill(w->pid, SIGKILL);
}

/**
 * worker_end() - let a worker end that runs no case
 * @w: the worker; nothing is done if it has no process
 */
void worker_end(struct worker *w)
{
	if (!w->pid)
		return;
	shutdown(w->link, SHUT_WR);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	w->pid = 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Something is done in a child of the booted machine, whose end is put into words.
 * For vma_fuzz and vma_replay; the test runner has more to do, see its child.c.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "apart.h"
#include "capture.h"
#include "ending.h"
#include "log.h"
#include "source.h"
#include "util.h"
#include "write.h"

static char *reason;
static size_t reason_size;
static int log_fd = -1;

/* Text goes to the log, and the first reason is kept. */
static void take_text(const char *text, unsigned long len)
{
	write_all(log_fd < 0 ? STDERR_FILENO : log_fd, text, len);
}

static void take_reason(const char *text)
{
	if (reason && !reason[0])
		snprintf(reason, reason_size, "%s", text);
}

static const struct log_sink sink = { .text = take_text, .reason = take_reason };

/**
 * has_lazy() - whether the build has our series, and its one case twice
 */
bool has_lazy(void)
{
	const struct shim_case *cases;

	return shim_case_list(&cases) > 1;
}

/**
 * apart_begin() - say where reasons go
 * @to: shared with children
 * @size: of it
 */
void apart_begin(char *to, size_t size)
{
	log_set_sink(&sink);
	reason = to;
	reason_size = size;
}

/**
 * apart_forget_log() - what a child has logged so far is of no interest
 */
void apart_forget_log(void)
{
	if (ftruncate(log_fd, 0) || lseek(log_fd, 0, SEEK_SET))
		_exit(EXIT_USAGE);
}

static void __noreturn child(void (*body)(void *), void *arg, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	host_hang_watch();
	log_fd = fd;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0);
	body(arg);
	_exit(0);
}

static bool is_alarm(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
}

/* The end of a child in words; false if all is well. */
static bool reason_of(int status, unsigned int timeout, const struct capture *log)
{
	const char *report = capture_report(log);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return false;
	if (reason[0])
		return true;
	if (report)
		snprintf(reason, reason_size, "%s", report);
	else
		ending_text(status, is_alarm(status) ? timeout : 0, reason, reason_size);
	return true;
}

static void read_log(int fd, struct capture *log)
{
	char text[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, text, sizeof(text))) > 0)
		capture_add(log, text, n);
	capture_finish(log);
}

static int wait_for(pid_t pid, struct rusage *used, void (*tick)(void))
{
	int status = 0;
	pid_t got;

	while ((got = wait4(pid, &status, tick ? WNOHANG : 0, used)) != pid) {
		if (got < 0 && errno != EINTR)
			die("a process is gone: %s", strerror(errno));
		if (tick) {
			tick();
			usleep(50000);
		}
	}
	return status;
}

/**
 * apart() - do something in a child
 * @body: what; it ends with _exit(1) if it failed
 * @arg: for @body
 * @timeout: of which the host_limit() that @body sets tells
 * @tick: called from time to time meanwhile, or NULL
 * @log: set to its log if it failed, to be freed; or NULL
 *
 * Return: whether it failed. Then the buffer of apart_begin() says why.
 */
bool apart(void (*body)(void *), void *arg, unsigned int timeout, void (*tick)(void), char **log)
{
	struct capture cap = { .total = 0 };
	struct rusage used = { };
	int fd = memfd_create("log", MFD_CLOEXEC);
	bool failed;
	int status;
	pid_t pid;

	fflush(NULL);
	reason[0] = '\0';
	pid = fd < 0 ? -1 : fork();
	if (pid < 0)
		die("cannot start a process: %s", strerror(errno));
	if (!pid)
		child(body, arg, fd);
	status = wait_for(pid, &used, tick);
	if (ending_lacks(status))
		die("a process was killed, or lacked memory or the like; nothing is said of the code");
	read_log(fd, &cap);
	failed = reason_of(status, timeout ? ending_limit(timeout, &used) : 0, &cap);
	if (failed && log)
		*log = capture_text(&cap);
	if (failed && log && *log)
		*log = source_annotate(*log);
	capture_free(&cap);
	close(fd);
	return failed;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Sequences run in a child of the booted machine, many in one; when it comes to
 * grief the parent knows which one ran.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/host.h>

#include "../runner/capture.h"
#include "../runner/result.h"
#include "fuzzer.h"

#define MAX_NEW	256

/**
 * struct batch - what a child tells of its sequences
 * @now: the number of the one that runs
 * @is_new: those that showed something new
 * @nr_new: how many
 */
struct batch {
	volatile unsigned long now;
	unsigned long is_new[MAX_NEW];
	unsigned int nr_new;
};

struct fuzz_run *shared;
static struct batch *batch;
static int log_fd;

/* What the kernel side calls: text goes to the log, the first reason is kept. */
void host_log(const char *text, unsigned long len)
{
	while (len) {
		ssize_t n = write(log_fd ? log_fd : STDERR_FILENO, text, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
}

void host_reason(const char *text)
{
	if (!shared->reason[0])
		strncpy(shared->reason, text, sizeof(shared->reason) - 1);
}

/**
 * run_begin() - what is shared with children
 * @opt: options
 */
void run_begin(const struct options *opt)
{
	shared = host_shared(sizeof(*shared));
	batch = host_shared(sizeof(*batch));
	shared->every = opt->every;
}

static bool run_one(const struct options *opt, const struct sequence *seq)
{
	shared->ops = seq->ops;
	shared->nr = seq->nr;
	shared->new = 0;
	shared->used = 0;
	shared->reason[0] = '\0';
	shim_fuzz_set(shared);
	/* the log of what has passed is of no interest */
	if (ftruncate(log_fd, 0) || lseek(log_fd, 0, SEEK_SET))
		return false;
	alarm(opt->timeout);
	return shim_run_case(opt->mode) != SHIM_FAIL;
}

static void __noreturn child(void (*body)(void *), void *arg, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, SIG_DFL);
	log_fd = fd;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0);
	body(arg);
	_exit(0);
}

/* The end of a child in words; false if all is well. */
static bool reason_of(const struct options *opt, int status, struct capture *log)
{
	const char *report = capture_report(log);
	char *to = shared->reason;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return false;
	if (to[0])
		return true;
	if (report)
		snprintf(to, FUZZ_REASON, "%s", report);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(to, FUZZ_REASON, "timed out after %u s", opt->timeout);
	else if (WIFSIGNALED(status))
		snprintf(to, FUZZ_REASON, "killed by SIG%s", sigabbrev_np(WTERMSIG(status)) ?: "?");
	else
		snprintf(to, FUZZ_REASON, "exited with code %d", WEXITSTATUS(status));
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

/* Runs @body in a child. Returns whether it failed, with the reason in @shared. */
static bool in_child(const struct options *opt, void (*body)(void *), void *arg, char **log)
{
	struct capture cap = { .total = 0 };
	int fd = memfd_create("log", MFD_CLOEXEC), status = 0;
	bool failed;
	pid_t pid;

	fflush(NULL);
	pid = fd < 0 ? -1 : fork();
	if (pid < 0)
		die("cannot start a process: %s", strerror(errno));
	if (!pid)
		child(body, arg, fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	read_log(fd, &cap);
	failed = reason_of(opt, status, &cap);
	if (failed && log)
		*log = capture_text(&cap);
	capture_free(&cap);
	close(fd);
	return failed;
}

struct alone {
	const struct options *opt;
	const struct sequence *seq;
};

static void alone_body(void *arg)
{
	struct alone *a = arg;

	if (!run_one(a->opt, a->seq))
		_exit(1);
}

/**
 * run_alone() - run a sequence in a process of its own
 * @opt: options
 * @seq: the sequence
 * @print: leave the case in @shared
 * @failure: filled in, if not NULL
 *
 * Return: whether it failed.
 */
bool run_alone(const struct options *opt, const struct sequence *seq, bool print,
	       struct failure *failure)
{
	struct alone a = { opt, seq };
	char *log = NULL;
	bool failed;

	shared->print = print;
	shared->reason[0] = '\0';
	failed = in_child(opt, alone_body, &a, failure ? &log : NULL);
	shared->print = 0;
	if (!failure)
		return failed;
	failure->at = shared->at;
	failure->log = log;
	snprintf(failure->reason, sizeof(failure->reason), "%s", failed ? shared->reason : "");
	return failed;
}

struct some {
	const struct options *opt;
	unsigned long first, nr;
};

static void batch_body(void *arg)
{
	struct some *b = arg;
	struct sequence seq;
	unsigned long i;

	for (i = b->first; i < b->first + b->nr; i++) {
		batch->now = i;
		seq = generate(b->opt, i);
		if (!run_one(b->opt, &seq))
			_exit(1);
		if (shared->new && batch->nr_new < MAX_NEW)
			batch->is_new[batch->nr_new++] = i;
		free(seq.ops);
	}
}

/* Those that showed something new are made again, before the corpus changes. */
static void keep_new(const struct options *opt)
{
	struct sequence seqs[MAX_NEW];
	unsigned int i;

	for (i = 0; i < batch->nr_new; i++)
		seqs[i] = generate(opt, batch->is_new[i]);
	for (i = 0; i < batch->nr_new; i++)
		corpus_add(seqs[i], opt->corpus);
}

/**
 * run_batch() - run some sequences in one process
 * @opt: options
 * @first: number of the first
 * @nr: how many
 * @failure: filled in
 *
 * Return: how many were run, the one that failed included.
 */
unsigned long run_batch(const struct options *opt, unsigned long first, unsigned long nr,
			struct failure *failure)
{
	struct some b = { opt, first, nr };
	char *log = NULL;

	batch->nr_new = 0;
	failure->reason[0] = '\0';
	if (!in_child(opt, batch_body, &b, &log)) {
		keep_new(opt);
		return nr;
	}
	failure->seq = generate(opt, batch->now);
	failure->at = shared->at;
	failure->log = log;
	snprintf(failure->reason, sizeof(failure->reason), "%s", shared->reason);
	return batch->now - first + 1;
}

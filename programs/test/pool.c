// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the cases of a plan, some at a time. All events come through one
 * poll(): the logs, the reasons and the reports of workers and, from a signalfd, the wish
 * of the user to stop.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <shim/host.h>

#include "costs.h"
#include "ending.h"
#include "failure.h"
#include "pool.h"
#include "reach.h"
#include "slot.h"
#include "util.h"

/* Pipes of a slot: the log, the reasons, the reports */
#define FDS	3

/**
 * struct pool - a run of a plan
 * @plan: the plan
 * @opt: the command line
 * @on_done: called when a result is final
 * @slots: the slots
 * @nr_slots: their number
 * @active: number of slots in use
 * @fds: the signalfd, then FDS for each slot
 * @setup: for the workers
 * @next: position in the order of the case to start next
 * @next_run: which of its runs is next
 * @frontier: with --fail-fast, position of the first case without a final result
 * @stop: start no more
 * @interrupted: signal that ended the run, or 0
 * @lacking: case that the system has ended, so that the run is not whole, or NULL
 */
struct pool {
	struct plan *plan;
	const struct options *opt;
	void (*on_done)(const struct test_case *tc);
	struct slot *slots;
	unsigned int nr_slots;
	unsigned int active;
	struct pollfd *fds;
	struct worker_setup setup;
	unsigned int next;
	unsigned int next_run;
	unsigned int frontier;
	bool stop;
	int interrupted;
	const struct test_case *lacking;
};

static void open_signals(struct pool *pool)
{
	sigset_t set;

	/* A caller that ignores SIGCHLD would have our children reaped for us */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, &pool->setup.mask);
	pool->fds[0].fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (pool->fds[0].fd < 0)
		die("signalfd: %s", strerror(errno));
}

/* No more than there are runs, and than poll() takes files at a time. */
static unsigned int count_slots(const struct pool *pool)
{
	unsigned long long nr = (unsigned long long)pool->plan->nr_cases * pool->opt->repeat;
	struct rlimit files;

	if (nr > pool->opt->jobs)
		nr = pool->opt->jobs;
	if (!getrlimit(RLIMIT_NOFILE, &files) && nr >= files.rlim_cur / (FDS + 1))
		nr = files.rlim_cur / (FDS + 1) - 1;
	return nr ? nr : 1;
}

static void *share(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		die("cannot share memory with the cases: %s", strerror(errno));
	return at;
}

static void pool_init(struct pool *pool)
{
	struct worker_now *shared;
	struct shim_now *now;
	struct slot *slot;
	unsigned int i;

	pool->nr_slots = count_slots(pool);
	now = share(pool->nr_slots * sizeof(*now));
	shared = share(pool->nr_slots * sizeof(*shared));
	pool->slots = xcalloc(pool->nr_slots, sizeof(*pool->slots));
	pool->setup.plan = pool->plan;
	pool->setup.nr_fds = 1 + FDS * pool->nr_slots;
	pool->fds = xcalloc(pool->setup.nr_fds, sizeof(*pool->fds));
	pool->setup.fds = pool->fds;
	for (i = 0; i < pool->setup.nr_fds; i++)
		pool->fds[i] = (struct pollfd) { .fd = -1, .events = POLLIN };
	for (i = 0; i < pool->nr_slots; i++) {
		slot = &pool->slots[i];
		slot->worker = (struct worker) {
			.shared = &shared[i], .now = &now[i], .reach = reach_map(),
		};
		slot->log_fd = &pool->fds[1 + FDS * i];
		slot->reason_fd = slot->log_fd + 1;
		slot->report_fd = slot->log_fd + 2;
	}
	open_signals(pool);
}

static bool start_in(struct pool *pool, struct slot *slot)
{
	unsigned int nr = pool->plan->order[pool->next];

	if (!slot->worker.pid && !worker_start(&slot->worker, &pool->setup, slot->log_fd))
		return false;
	memset(slot->worker.now, 0, sizeof(*slot->worker.now));
	slot->tc = &pool->plan->cases[nr];
	slot->run = pool->next_run;
	slot->start = now_seconds();
	/* each run of a sweep or a search has a time limit of its own */
	slot->limit = slot->tc->oom.on || slot->tc->search.on ? 0 : pool->opt->timeout;
	slot->deadline = slot->limit ? slot->start + slot->limit : INFINITY;
	slot->timed_out = slot->killed = false;
	slot->returned = false;
	slot->discard = false;
	slot->reason_len = 0;
	pool->active++;
	if (++pool->next_run == pool->opt->repeat) {
		pool->next_run = 0;
		pool->next++;
	}
	/* If it has died, that is its report */
	worker_order(&slot->worker, nr);
	return true;
}

/* Let all running cases end, and start no other. */
static void abandon(struct pool *pool)
{
	unsigned int i;

	pool->stop = true;
	for (i = 0; i < pool->nr_slots; i++) {
		if (!pool->slots[i].tc)
			continue;
		pool->slots[i].discard = true;
		worker_kill(&pool->slots[i].worker);
	}
}

/*
 * With --fail-fast a result is only final when all that were due before have
 * passed, and then a failure makes the rest skipped even where it has run
 * already. So the outcome is the same for any number of jobs.
 */
static void advance_frontier(struct pool *pool)
{
	const struct plan *plan = pool->plan;
	const struct test_case *failed = NULL;
	struct test_case *tc;

	for (; pool->frontier < plan->nr_cases; pool->frontier++) {
		tc = &plan->cases[plan->order[pool->frontier]];
		if (failed) {
			result_clear(&tc->result);
			tc->result = (struct result) {
				.verdict = SKIPPED,
				.reason = xasprintf("not run, as %s.%s failed", failed->suite,
						    failed->name),
			};
		} else if (tc->result.runs < pool->opt->repeat) {
			return;
		} else if (tc->result.verdict == FAILED) {
			failed = tc;
			abandon(pool);
		}
		tc->done = true;
		pool->on_done(tc);
	}
}

static void case_finished(struct pool *pool, struct test_case *tc)
{
	result_finish(&tc->result);
	result_excuse(&tc->result, tc->known_bug);
	failure_place(tc, pool->opt->shim.verbose);
	if (pool->opt->fail_fast) {
		if (tc->result.verdict == FAILED)
			pool->stop = true;
		advance_frontier(pool);
		return;
	}
	tc->done = true;
	pool->on_done(tc);
}

/* Give their result to cases that need no process for it, as far as they are next. */
static void skip_cases(struct pool *pool)
{
	struct test_case *tc;

	while (!pool->stop && pool->next < pool->plan->nr_cases) {
		tc = &pool->plan->cases[pool->plan->order[pool->next]];
		if (!tc->skip)
			return;
		tc->result = (struct result) {
			.verdict = SKIPPED, .reason = xasprintf("%s", tc->skip),
			.runs = pool->opt->repeat, .skipped = pool->opt->repeat,
		};
		pool->next++;
		case_finished(pool, tc);
	}
}

static void fill_slots(struct pool *pool)
{
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++) {
		skip_cases(pool);
		if (pool->stop || pool->next == pool->plan->nr_cases)
			return;
		if (pool->slots[i].tc || start_in(pool, &pool->slots[i]))
			continue;
		/* Short of something: try again when a running case is done */
		if (pool->active)
			return;
		die("cannot start a process: %s", strerror(errno));
	}
}

/* The CPU time, in seconds, of the run with a limit that used most: the case, or one of many */
static double longest_run(const struct slot *slot, const struct test_case *tc, double cpu_seconds)
{
	const struct shim_now *now = slot->worker.now;
	unsigned long sweep = now->oom.longest, search = now->search.longest;

	if (!tc->oom.on && !tc->search.on)
		return cpu_seconds;
	return (sweep > search ? sweep : search) / 1e6;
}

static void add_run(struct slot *slot, struct test_case *tc, const struct worker_report *report)
{
	struct run_end end = {
		.run = slot->run, .log = &slot->log, .status = report->end.status,
		.seconds = now_seconds() - slot->start,
		.cpu_seconds = ending_cpu(&report->end.used),
		.returned = slot->returned, .now = *slot->worker.now,
	};

	/* It may just have made it */
	if (slot->timed_out && WIFSIGNALED(end.status))
		end.timed_out = ending_limit(slot->limit, &report->end.used);
	slot->reason[sizeof(slot->reason) - 1] = '\0';
	if (slot->reason_len && slot->reason[0])
		end.reason = slot->reason;
	end.longest = longest_run(slot, tc, end.cpu_seconds);
	result_add_run(&tc->result, &end);
	if (slot->worker.reach)
		reach_add(tc, slot->worker.reach, end.cpu_seconds);
	costs_add(tc, report);
}

static void finish_slot(struct pool *pool, struct slot *slot)
{
	struct test_case *tc = slot->tc;
	struct worker_report report;
	bool last = false;

	if (!worker_report(&slot->worker, &report))
		return;
	/* A signal that came too late would reach the next case */
	if (slot->timed_out)
		worker_end(&slot->worker);
	slot_drain(slot);
	slot->tc = NULL;
	pool->active--;
	if (!slot->discard && !slot->timed_out && ending_lacks(report.end.status)) {
		pool->lacking = tc;
		abandon(pool);
	} else if (!slot->discard) {
		add_run(slot, tc, &report);
		last = tc->result.runs == pool->opt->repeat;
	}
	capture_free(&slot->log);
	if (last)
		case_finished(pool, tc);
}

static int poll_timeout(const struct pool *pool)
{
	double first = INFINITY, left;
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++) {
		if (pool->slots[i].tc && pool->slots[i].deadline < first)
			first = pool->slots[i].deadline;
	}
	if (isinf(first))
		return -1;
	left = first - now_seconds();
	if (left <= 0)
		return 0;
	/* Rounded up, not to wake up just before the time */
	return left > 1000 ? 1000000 : (int)(left * 1000) + 1;
}

/*
 * A limit is one of CPU time, or a busy machine would decide on a verdict. What has not
 * used it up gets the rest, but for what sleeps for good.
 */
static bool has_time_left(struct slot *slot, double now)
{
	double rest = slot->limit - worker_cpu(&slot->worker);
	double end = slot->start + slot->limit * HOST_WALL_LIMIT;

	if (slot->timed_out || rest <= 0 || now >= end)
		return false;
	slot->deadline = now + (rest > 0.1 ? rest : 0.1);
	if (slot->deadline > end)
		slot->deadline = end;
	return true;
}

/* Who is late gets time to say what it was doing, see host_hang_watch(). */
static void kill_late(struct pool *pool)
{
	double now = now_seconds();
	struct slot *slot;
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++) {
		slot = &pool->slots[i];
		if (!slot->tc || slot->deadline > now || has_time_left(slot, now))
			continue;
		if (slot->killed) {
			/* It does not report that */
			slot->deadline = INFINITY;
			worker_kill(&slot->worker);
		} else if (slot->timed_out) {
			slot->killed = true;
			slot->deadline = now + 1;
			worker_signal(&slot->worker, SIGKILL);
		} else {
			slot->timed_out = true;
			slot->deadline = now + HOST_HANG_WORDS;
			worker_signal(&slot->worker, SIGALRM);
		}
	}
}

static void handle_signals(struct pool *pool)
{
	struct signalfd_siginfo info;

	while (read(pool->fds[0].fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD || pool->interrupted)
			continue;
		pool->interrupted = info.ssi_signo;
		abandon(pool);
	}
}

static void finish_slots(struct pool *pool)
{
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++) {
		if (pool->slots[i].tc && pool->slots[i].report_fd->revents)
			finish_slot(pool, &pool->slots[i]);
	}
}

/**
 * pool_run() - run the cases of a plan
 * @plan: the plan; the results go there
 * @opt: the command line
 * @on_done: called whenever a case's result has become final
 *
 * Return: 0, or the signal that ended the run early; then some cases are not
 * done. SIGKILL stands for one that the system has sent to a case, for want of memory.
 */
int pool_run(struct plan *plan, const struct options *opt,
	     void (*on_done)(const struct test_case *tc))
{
	struct pool pool = { .plan = plan, .opt = opt, .on_done = on_done };
	unsigned int i;

	pool_init(&pool);
	for (fill_slots(&pool); pool.active; fill_slots(&pool)) {
		if (poll(pool.fds, pool.setup.nr_fds, poll_timeout(&pool)) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		for (i = 0; i < pool.nr_slots; i++)
			slot_read(&pool.slots[i]);
		handle_signals(&pool);
		finish_slots(&pool);
		kill_late(&pool);
	}
	for (i = 0; i < pool.nr_slots; i++)
		worker_end(&pool.slots[i].worker);
	close(pool.fds[0].fd);
	free(pool.slots);
	free(pool.fds);
	if (pool.lacking && !pool.interrupted) {
		fprintf(stderr, "%s: environment: %s.%s was killed, or lacked memory or the like; nothing is said of it\n",
			program_invocation_short_name, pool.lacking->suite, pool.lacking->name);
		return SIGKILL;
	}
	return pool.interrupted;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between the test runner (libc side) and the booted kernel code
 * (kernel side). Both sides include this header and neither can see the types
 * of the other, so it includes nothing and uses plain C types only.
 */
#ifndef SHIM_CASES_H
#define SHIM_CASES_H

/**
 * enum shim_result - result of a test case, and exit code of its process
 * @SHIM_PASS: all expectations held
 * @SHIM_FAIL: at least one expectation did not hold
 * @SHIM_SKIP: the case does not apply here
 */
enum shim_result { SHIM_PASS = 0, SHIM_FAIL = 1, SHIM_SKIP = 2 };

/**
 * struct shim_case - one test case as the runner sees it
 * @suite: name of its suite; the cases of one suite are contiguous
 * @name: name of the case, unique in its suite and different from @suite
 * @file_suite: name of the suite without its mode: what -t may also be given
 * @mode: one of the modes of --mode, in which the case runs
 * @race: nonzero for a case whose tasks race, see struct shim_search
 * @file: where its TEST() is, as seen from the top of the repository
 * @line: the line of it
 * @skip: why it does not apply to this build, so that it need not be started; or NULL
 */
struct shim_case {
	const char *suite;
	const char *name;
	const char *file_suite;
	const char *mode;
	int race;
	const char *file;
	int line;
	const char *skip;
};

/**
 * struct shim_options - the runner's options that matter to the kernel side
 * @seed: seed of all random numbers of a case
 * @verbose: how often -v was given
 * @mode: the argument of --mode: "eager", "lazy" or "both"
 * @strict: with TSan: READ_ONCE() and WRITE_ONCE() order nothing
 */
struct shim_options {
	unsigned long long seed;
	int verbose;
	const char *mode;
	int strict;
};

/**
 * struct shim_oom - the allocations of a case that are to fail, see --oom
 * @on: some are; else the case is run as it is
 * @nth: only this one, or 0 for one after the other
 * @persistent: with @nth, all that follow fail too
 * @in_place: with @nth, it fails in this process, for a debugger
 * @most: without @nth, how many of them at the most, evenly spread; 0 for all
 * @of_a_stack: without @nth, how many with one and the same stack; 0 for all
 * @seconds: limit of each run of the case
 * @now: shared with the runner: the one that fails at the moment
 */
struct shim_oom {
	int on;
	unsigned long nth;
	int persistent;
	int in_place;
	unsigned long most;
	unsigned int of_a_stack;
	unsigned int seconds;
	volatile struct shim_oom_now *now;
};

/**
 * struct shim_oom_now - progress of a sweep
 * @nth: the allocation that fails, 0 for none
 * @persistent: and all that follow
 * @failed: how many have been made to fail so far
 * @of: of how many; the rest had the same stacks as others
 * @no_such: the case has no such allocation, or cannot be swept
 */
struct shim_oom_now {
	unsigned long nth;
	int persistent;
	unsigned long failed;
	unsigned long of;
	int no_such;
};

#define SHIM_SCHEDULE_MAX	512

/**
 * struct shim_search - the schedules of a case with a race that are to be run
 * @on: this one is; else the case is run as it is, by the rule
 * @schedules: how many at the most
 * @preemptions: all with up to so many, as far as @schedules allows
 * @all_points: preempt before words that one task alone uses, too
 * @points: preempt before these points only, or 0; see shim_point_set()
 * @schedule: just this one, or NULL
 * @in_place: with @schedule, in this process, for a debugger
 * @verbose: keep the log of runs that pass
 * @seed: for random schedules
 * @seconds: limit of each run
 * @now: shared with the runner: how far it is
 */
struct shim_search {
	int on;
	unsigned long schedules;
	unsigned int preemptions;
	int all_points;
	unsigned int points;
	const char *schedule;
	int in_place;
	int verbose;
	unsigned long long seed;
	unsigned int seconds;
	volatile struct shim_search_now *now;
};

/**
 * struct shim_search_now - progress of a search
 * @schedule: the one that failed, made short; or empty
 * @schedules: how many have been run
 * @points: places in a run where a preemption makes a difference
 * @exhausted: all schedules with up to this number of preemptions less one
 * @no_such: the case has not the points or tasks of the schedule that was asked for
 */
struct shim_search_now {
	char schedule[SHIM_SCHEDULE_MAX];
	unsigned long schedules;
	unsigned int points;
	unsigned int exhausted;
	int no_such;
};

/**
 * struct shim_now - progress of a case, shared with the runner
 * @place: address in the case's function of the call that failed, as the symbol table
 *	has it; 0 if none of its statements was running
 * @oom: of its sweep
 * @search: of its search
 */
struct shim_now {
	unsigned long place;
	struct shim_oom_now oom;
	struct shim_search_now search;
};

/* Kernel side, called by the runner. */

/**
 * shim_case_list() - all test cases; may be called before shim_boot()
 * @cases: set to an array that stays valid and unchanged
 *
 * Return: the number of cases.
 */
unsigned int shim_case_list(const struct shim_case **cases);

/**
 * shim_boot() - boot the kernel code, once, before any case is run
 * @opt: valid for the whole run
 *
 * Runs in the parent process, of which each case then gets a fork: it must
 * start no thread, because a fork would not have it.
 */
void shim_boot(const struct shim_options *opt);

/**
 * shim_run_case() - run one case, in a process of its own
 * @nr: index in the array of shim_case_list()
 *
 * Return: the result of the case.
 */
enum shim_result shim_run_case(unsigned int nr);

/**
 * shim_sweep_case() - run one case again and again, with allocations that fail
 * @nr: index in the array of shim_case_list()
 * @oom: which
 *
 * Each run is a process of its own, the first one without a failure. A run may
 * end early where an operation fails for lack of memory or does less, as
 * docs/oracle.md lists; all else that differs from the first run fails the case.
 *
 * Return: the result of the case: skipped if it cannot be swept.
 */
enum shim_result shim_sweep_case(unsigned int nr, const struct shim_oom *oom);

/**
 * shim_search_case() - run one case again and again, by other schedules
 * @nr: index in the array of shim_case_list()
 * @search: which schedules
 *
 * Each run is a process of its own.
 *
 * Return: the result of the case, which fails if it does by one schedule.
 */
enum shim_result shim_search_case(unsigned int nr, const struct shim_search *search);

/**
 * shim_point_set() - synchronisation points by the names of kinds and of fields
 * @list: names as the --help text has them, with commas between them
 *
 * Return: for struct shim_search, or 0 if @list has a name that is none of these.
 */
unsigned int shim_point_set(const char *list);

/**
 * shim_print_subject() - print with host_log() what the program tests
 *
 * Called without shim_boot().
 */
void shim_print_subject(void);

#endif /* SHIM_CASES_H */

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
 * @file_suite: name of the suite without its mode, which -t takes, too
 * @mode: one of the modes of --mode, in which the case runs
 * @race: nonzero for a case whose tasks race, see struct shim_search
 * @file: where its TEST() is, as seen from the top of the repository
 * @line: line of its TEST() in @file
 * @skip: reason why it does not apply to this build and is not started, or NULL
 * @known_bug: reason to skip it if it fails, as it shows a known bug of the tree, or NULL
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
	const char *known_bug;
};

/**
 * struct shim_options - the runner's options that matter to the kernel side
 * @seed: seed of all random numbers of a case
 * @verbose: how often -v was given
 * @mode: the argument of --mode: "eager", "lazy" or "both"
 * @strict: with TSan: READ_ONCE() and WRITE_ONCE() order nothing
 * @mib: MiB of memory of the machine, a multiple of 4, or 0 for the usual 128
 */
struct shim_options {
	unsigned long long seed;
	int verbose;
	const char *mode;
	int strict;
	unsigned long mib;
};

/**
 * struct shim_oom - the allocations of a case that are to fail, see --oom
 * @on: some are; else the case is run without failures
 * @nth: number of the only one that fails, from 1 on; 0 for each in turn
 * @persistent: with @nth, all that follow fail too
 * @in_place: with @nth, it fails in this process, for a debugger
 * @most: without @nth, number of allocations to fail at the most, evenly spread; 0 for all
 * @of_a_stack: without @nth, the same for allocations with the same stack; 0 for all
 * @seconds: limit of CPU time of each run of the case, see host_limit()
 * @now: shared with the runner: progress
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
 * @failed: number of allocations that have failed so far
 * @of: number of allocations to fail; the others had the same stacks as these
 * @no_such: the case has no allocation @nth, or cannot be swept
 * @longest: CPU time of the run that used most, in microseconds
 */
struct shim_oom_now {
	unsigned long nth;
	int persistent;
	unsigned long failed;
	unsigned long of;
	int no_such;
	unsigned long longest;
};

#define SHIM_SCHEDULE_MAX	512

/**
 * struct shim_search - the schedules of a case with a race that are to be run
 * @on: search; else the case is run once, by the rule (shim/turn.h)
 * @schedules: number of schedules to run at the most
 * @preemptions: run all schedules with up to so many, as far as @schedules allows
 * @weak: the memory model of the races is weak (mm_shim/kernel/race/weak.c)
 * @stale: with @weak, as @preemptions for reads that return an older value
 * @all_points: preempt before words that only one task uses, too
 * @points: preempt before these points only, or 0 for all; see shim_point_set()
 * @schedule: run only this one, or NULL
 * @in_place: with @schedule, run it in this process, for a debugger
 * @verbose: keep the log of runs that pass
 * @seed: seed of random schedules
 * @seconds: limit of CPU time of each run, see host_limit()
 * @now: shared with the runner: progress
 */
struct shim_search {
	int on;
	unsigned long schedules;
	unsigned int preemptions;
	int weak;
	unsigned int stale;
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
 * @schedule: the one that failed, shortened; or empty
 * @schedules: number of schedules that have been run
 * @points: number of points in a run where a preemption makes a difference
 * @exhausted: all schedules with fewer preemptions than this have been run
 * @everything: and these were all that there are
 * @no_such: the case does not have the points or tasks of the schedule to run
 * @longest: CPU time of the run that used most, in microseconds
 */
struct shim_search_now {
	char schedule[SHIM_SCHEDULE_MAX];
	unsigned long schedules;
	unsigned int points;
	unsigned int exhausted;
	int everything;
	int no_such;
	unsigned long longest;
};

/**
 * struct shim_now - progress of a case, shared with the runner
 * @place: address of the statement that failed, see host_note_place(); 0 if no statement of
 *	the case was running
 * @oom: progress of its failure sweep
 * @search: progress of its search of schedules
 */
struct shim_now {
	unsigned long place;
	struct shim_oom_now oom;
	struct shim_search_now search;
};

/* Kernel side, called by the runner. */

/**
 * shim_case_list() - get all test cases
 * @cases: set to an array that stays valid and unchanged
 *
 * Context: any; also before shim_boot().
 * Return: the number of cases.
 */
unsigned int shim_case_list(const struct shim_case **cases);

/**
 * shim_boot() - boot the kernel code, once, before any case is run
 * @opt: valid for the whole run
 *
 * It must start no thread: each case runs in a fork of this process, which would not have
 * the thread.
 *
 * Context: the runner's process, once.
 */
void shim_boot(const struct shim_options *opt);

/**
 * shim_run_case() - run one case
 * @nr: index in the array of shim_case_list()
 *
 * Context: after shim_boot(), in a process that runs nothing else.
 * Return: the result of the case.
 */
enum shim_result shim_run_case(unsigned int nr);

/**
 * shim_sweep_case() - run one case again and again, with allocations that fail
 * @nr: index in the array of shim_case_list()
 * @oom: which allocations
 *
 * Each run is a process of its own, the first one without a failure. A run may
 * end early where an operation fails for lack of memory or does less, as
 * docs/oracle.md lists; all else that differs from the first run fails the case.
 *
 * Context: as shim_run_case().
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
 * Context: as shim_run_case().
 * Return: the result of the case, which fails if it fails by any schedule.
 */
enum shim_result shim_search_case(unsigned int nr, const struct shim_search *search);

/**
 * shim_point_set() - parse a list of synchronisation points
 * @list: names of kinds and fields as in the text of --help, separated by commas
 *
 * Context: any; also before shim_boot().
 * Return: the set, for struct shim_search; 0 if @list has an unknown name.
 */
unsigned int shim_point_set(const char *list);

/**
 * shim_print_subject() - print the tree, files and features that the program tests
 *
 * Prints by host_log().
 *
 * Context: any; also before shim_boot().
 */
void shim_print_subject(void);

/**
 * shim_print_known_bugs() - print with host_log() the bugs of the tree that are known
 * @json: print JSON instead of text
 *
 * Called without shim_boot().
 */
void shim_print_known_bugs(int json);

#endif /* SHIM_CASES_H */

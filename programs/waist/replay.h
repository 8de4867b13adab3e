/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between vma_replay (libc side), which reads a trace, and the
 * machine (kernel side), which does what it says. Like shim/cases.h it includes
 * nothing. Addresses are those of the trace: the machine has as many as x86-64.
 */
#ifndef SHIM_REPLAY_H
#define SHIM_REPLAY_H

enum replay_kind {
	REPLAY_MMAP, REPLAY_MUNMAP, REPLAY_MPROTECT, REPLAY_MREMAP, REPLAY_MADVISE, REPLAY_BRK,
	REPLAY_MLOCK, REPLAY_MUNLOCK, REPLAY_MLOCKALL, REPLAY_MUNLOCKALL, REPLAY_MSEAL,
	REPLAY_REMAP_FILE, REPLAY_TOUCH, REPLAY_FORK, REPLAY_THREAD, REPLAY_EXEC, REPLAY_EXIT,
	REPLAY_KINDS,
};

/**
 * struct replay_call - one system call of a trace
 * @kind: which
 * @line: of the trace
 * @proc: the process, counted from 0
 * @child: of a fork: the new one
 * @file: the mapped file, counted from 0, or -1
 * @arg: its numbers, in the order of the manual page; REPLAY_TOUCH: an address, and 1 for
 *	a write; REPLAY_EXEC: 1 if it makes no stack
 * @ret: what it returned: an address, 0, or a negative errno
 * @open: not 0 if the trace does not tell what it returned
 */
struct replay_call {
	enum replay_kind kind;
	unsigned int line, proc, child;
	int file;
	unsigned long arg[6];
	long ret;
	int open;
};

/* Reasons for which a call is left out, or made in another way. */
enum replay_why {
	WHY_DONE,		/* as in the trace */
	WHY_DIFFERS,		/* another result: the run fails */
	WHY_FILE_RIGHTS,	/* the real file refused it */
	WHY_LIMITS,		/* limits of the real process, or of its memory, refused it */
	WHY_REFUSED,		/* the real kernel refused it for a reason that is not here */
	WHY_ADVICE,		/* an advice that this build has not */
	WHY_HUGETLB,		/* the machine has no hugetlbfs */
	WHY_NO_PROCESS,		/* of a process that came from nowhere */
	WHY_NO_MEMORY,		/* the machine has too little memory for the copy */
	WHYS,
};

enum replay_touch { TOUCH_NONE, TOUCH_FIRST, TOUCH_ALL };

/* Where the pages of a case begin: SPACE_BASE of tools/testing/vma. */
#define REPLAY_BASE	0x10000000UL

#define REPLAY_SAMPLES	200
#define REPLAY_CACHES	6	/* VMAs, anon_vmas, chains, maple nodes, page tables, pages */
#define REPLAY_TOLD	4096	/* characters about the first call that differs */

/**
 * struct replay_sample - what is in use at a point of the trace
 * @call: how many calls were done
 * @objects: of each cache
 * @spaces: living address spaces
 */
struct replay_sample {
	unsigned int call, spaces;
	unsigned long objects[REPLAY_CACHES];
};

/**
 * struct replay_vma - what an address space must have in the end
 * @start: first address
 * @end: behind the last
 * @rights: as in /proc/PID/maps
 * @joins: not 0 if the next one goes on with it, and nothing shows why they are two
 */
struct replay_vma {
	unsigned long start, end;
	char rights[5];
	int joins;
};

/**
 * struct replay_run - one run of a trace, shared with the process that does it
 * @source: where host_replay_next() has the calls from
 * @call: the one that it has returned
 * @nr: how many calls the trace has, or how many of its first are replayed
 * @nr_files: how many files are mapped in it
 * @nr_procs: how many processes and threads it has
 * @touch: which pages are accessed
 * @every: the oracle looks after so many calls; 0 for the end only
 * @why: how many calls came to what
 * @inferred: mappings that execve() must have made, as later calls show
 * @touched: pages that were accessed
 * @now: the call that runs
 * @samples: over time
 * @nr_samples: how many
 * @done: room for what is carried out, with all arguments as they were used, or NULL
 * @nr_done: how many of it
 * @room_done: how many there is room for
 * @trying: what is being carried out, with @tries: it is none of @done if it never comes back
 * @tries: it is
 * @differs: which of it is the first whose result differs
 * @want: the result that the trace has for it
 * @ends: what the first process must have in the end, by address; NULL if that is not known
 * @nr_ends: how many
 * @plain: the calls are those of @done of another run: nothing is added to them
 * @until: checks after each call if the run may end there, or NULL
 * @held: it has said so, and the run has ended
 * @told: the first call that differs, and both address spaces; empty if none does. If
 *	the run is plain, the layouts of the address spaces that are left, a line
 *	"PROCESS LAYOUT" each
 * @reason: why the run failed
 */
struct replay_run {
	struct replay_source *source;
	struct replay_call call;
	unsigned int nr, nr_files, nr_procs;
	enum replay_touch touch;
	unsigned int every;
	unsigned long why[WHYS], inferred, touched;
	volatile unsigned int now;
	struct replay_sample samples[REPLAY_SAMPLES + 1];
	unsigned int nr_samples;
	struct replay_call *done;
	unsigned int nr_done, room_done, differs;
	struct replay_call trying;
	volatile int tries;
	long want;
	const struct replay_vma *ends;
	unsigned int nr_ends;
	int plain;
	int (*until)(const struct replay_sample *s);
	int held;
	char told[REPLAY_TOLD];
	char reason[512];
};

/* Kernel side. */

/**
 * shim_replay_set() - what the next shim_run_case() replays
 * @run: the trace and what becomes of it
 */
void shim_replay_set(struct replay_run *run);

/**
 * shim_replay_size() - bytes of an object
 * @cache: as in struct replay_sample
 * @name: set to its name
 */
unsigned long shim_replay_size(unsigned int cache, const char **name);

/* Host side. */

/**
 * host_replay_next() - read the next call of a trace
 * @run: the run; its call is set
 *
 * Return: 0 at the end.
 */
int host_replay_next(struct replay_run *run);

/**
 * host_trace() - read one of the traces that come with the sources
 * @name: without its ending
 * @why: set to the reason why it cannot be read
 *
 * Return: a run of it by the defaults of vma_replay, living as long as the process;
 * or a null pointer where the file is not, or nothing that unpacks it.
 */
struct replay_run *host_trace(const char *name, const char **why);

#endif /* SHIM_REPLAY_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between vma_fuzz (libc side) and what it runs on the machine
 * (kernel side). Like shim/cases.h it includes nothing.
 *
 * A sequence of operations is a string of bytes, FUZZ_OP_SIZE for each. Every
 * string is a sequence: numbers are taken modulo what there is, and an operation
 * that does not exist, or is not built in, does nothing. The numbers of the
 * operations are kept for ever, or a corpus would change its meaning.
 */
#ifndef SHIM_FUZZ_H
#define SHIM_FUZZ_H

enum fuzz_code {
	FUZZ_NOTHING = 0,
	FUZZ_MAP = 1,
	FUZZ_MAP_FILE = 2,
	FUZZ_UNMAP = 3,
	FUZZ_PROTECT = 4,
	FUZZ_MOVE = 5,
	FUZZ_RESIZE = 6,
	FUZZ_ADVISE = 7,
	FUZZ_LOCK = 8,
	FUZZ_UNLOCK = 9,
	FUZZ_BRK = 10,
	FUZZ_WRITE = 11,
	FUZZ_READ = 12,
	FUZZ_FORK = 13,
	FUZZ_EXIT = 14,
	FUZZ_FAIL = 15,
	FUZZ_MIGRATE = 16,
	FUZZ_SWAP_ON = 17,
	FUZZ_RECLAIM = 18,
	FUZZ_KSM = 19,
	FUZZ_SPLIT = 20,
	FUZZ_LAZY = 21,
	FUZZ_LIMIT = 22,
	FUZZ_GUARD = 23,
	FUZZ_UFFD = 24,
	FUZZ_FILL = 25,
	FUZZ_WATCH = 26,
	FUZZ_TAKE = 27,
	FUZZ_SEAL = 28,
	FUZZ_NAME = 29,
	FUZZ_CLEAN = 30,
	FUZZ_SWAP_OFF = 31,
	FUZZ_HOLD = 32,
	FUZZ_ORDER = 33,
	FUZZ_KHUGEPAGED = 34,
	FUZZ_TRUNCATE = 35,
	FUZZ_MAP_LARGE = 36,
	FUZZ_AGE = 37,
	FUZZ_CODES,
};

/**
 * struct fuzz_op - an operation as it stands in a sequence
 * @code: enum fuzz_code
 * @mm: which of the living address spaces
 * @page: where, see fuzz_page() in programs/fuzz/kernel/ops.c
 * @nr: how many pages
 * @arg: rights, advice, flags
 * @to: a second place, or a second number of pages
 * @value: what is written, or the page of a file
 * @more: flags
 */
struct fuzz_op {
	unsigned char code, mm, page, nr, arg, to, value, more;
};

#define FUZZ_OP_SIZE	8
#define FUZZ_MAX_OPS	65536
#define FUZZ_MAPS	(1 << 16)	/* bits of what has been seen */
#define FUZZ_EDGES	(1 << 18)	/* HOST_EDGES */
#define FUZZ_TEXT	(1 << 20)
#define FUZZ_REASON	512

/**
 * struct fuzz_run - one run of a sequence; shared by the processes of a fuzzer
 * @ops: the sequence
 * @nr: its length
 * @every: the whole oracle looks after so many operations; 0 for the end only
 * @print: write the sequence as a test case into @text
 * @hasty: end the process when the run fails, without taking down what is broken
 * @at: the operation that runs
 * @done: operations done in all, by all runs
 * @reason: why the run failed, empty if it did not
 * @seen: a bit for each behaviour that was seen, by all runs
 * @edges: the same for edges of the tree's code, in a build with VARIANT=edges
 * @new: how many bits this run has added to both
 * @used: bytes of @text
 * @text: the case
 */
struct fuzz_run {
	const struct fuzz_op *ops;
	unsigned int nr;
	unsigned int every;
	int print;
	int hasty;
	volatile unsigned int at;
	volatile unsigned long done;
	char reason[FUZZ_REASON];
	unsigned char seen[FUZZ_MAPS / 8];
	unsigned char edges[FUZZ_EDGES / 8];
	unsigned int new;
	unsigned long used;
	char text[FUZZ_TEXT];
};

/**
 * struct fuzz_word - what the generator has to know of an operation
 * @name: of the vocabulary
 * @weight: how often it is chosen, among the others; 0 if it is not built in
 * @nr_args: how many values of struct fuzz_op.arg differ
 */
struct fuzz_word {
	const char *name;
	unsigned int weight;
	unsigned int nr_args;
};

/* Kernel side, called by vma_fuzz. */

/**
 * shim_fuzz_word() - ask about an operation
 * @code: enum fuzz_code, below FUZZ_CODES
 */
struct fuzz_word shim_fuzz_word(unsigned int code);

/**
 * shim_fuzz_set() - what the next shim_run_case() runs
 * @run: the sequence and how to look at it
 */
void shim_fuzz_set(struct fuzz_run *run);

#endif /* SHIM_FUZZ_H */

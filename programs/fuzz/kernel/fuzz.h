/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuzzer's kernel side: operations in the vocabulary of the tests (ops.c),
 * a plain model of what they do (model.c), and what compares both (check.c).
 *
 * The model is an array of pages for each address space. It knows nothing of
 * VMAs, page tables or reference counts, and shares no code with the kernel but
 * the names of flags.
 */
#ifndef VMA_FUZZ_H
#define VMA_FUZZ_H

#include "test.h"

#include <waist/fuzz.h>

#define FUZZ_SPACES	4
#define FUZZ_FILES	3	/* two of the page cache, one of tmpfs */
#define FILE_PAGES	4096
#define SMALL_PAGES	12	/* of the second file: behind them is SIGBUS */
#define BRK_PAGE	40L
#define NO_FILE		0xff

/* Contents of a page that are no value of the model. */
#define MAY_BE_ZERO	1	/* MADV_FREE, and not written since */
#define MAY_BE_FILE	2	/* perhaps a private copy was made */
#define IS_COPY		4	/* a private copy of a file's page */
#define IS_ANYTHING	8

/**
 * struct fpage - a page of the model
 * @mapped: something is mapped
 * @file: which file, or NO_FILE
 * @value: the byte that fills it, if it is anonymous or a copy
 * @doubt: MAY_BE_ZERO and its like
 * @flags: those of vm_flags that FLAGS_COMPARED names
 * @pgoff: page of the file
 */
struct fpage {
	bool mapped;
	u8 file, value, doubt;
	u32 flags;
	u32 pgoff;
};

#define FLAGS_COMPARED	(VM_READ | VM_WRITE | VM_EXEC | VM_SHARED | VM_GROWSDOWN | VM_LOCKED | \
			 VM_LOCKONFAULT | VM_DONTCOPY | VM_WIPEONFORK | VM_DONTDUMP | \
			 VM_SEQ_READ | VM_RAND_READ | VM_HUGEPAGE | VM_NOHUGEPAGE)

/**
 * struct fspace - an address space and its model
 * @sp: the real one, NULL if there is none
 * @brk: the page at which the heap ends
 * @page: the model
 */
struct fspace {
	struct space *sp;
	long brk;
	struct fpage page[SPACE_PAGES];
};

/**
 * struct fuzz - a run
 * @test: its case
 * @run: what the host's side has asked for
 * @spaces: the address spaces; the living ones come first
 * @nr: how many live
 * @file: open files
 * @bytes: what fills each page of each file
 * @before: the model before an operation that may fail half-way
 * @fail_nth: the allocation of the next operation that is to fail
 * @fail_on: and all that follow it
 * @limit: the pages that the next operation may charge, less one; 0 for no limit
 * @failing: it runs
 * @swap: there is a swap device
 * @lazy: the switch of our series, as the run has set it
 * @stopped: a difference was found
 * @forked: there was a fork
 * @merged: KSM was at work
 * @last_vmas: map_count before the operation
 */
struct fuzz {
	struct kunit *test;
	struct fuzz_run *run;
	struct fspace spaces[FUZZ_SPACES];
	int nr;
	struct file *file[FUZZ_FILES];
	u8 bytes[FUZZ_FILES][FILE_PAGES];
	struct fspace before;
	unsigned long fail_nth, limit;
	bool fail_on, failing;
	bool swap, lazy, stopped;
	bool forked, merged;
	int last_vmas;
};

/* Return values that are expected of an operation, beside a number. */
#define ANY_RESULT	1000000L	/* all is right, the model is not touched */
#define PARTLY		1000001L	/* an error, or a part of it done, or all */

/* model.c: each changes the model and returns what the call must */
bool file_has(int file, u32 pgoff);
u8 file_byte(struct fuzz *f, const struct fpage *p);
bool may_hold(struct fuzz *f, const struct fpage *p, u8 byte);
long model_map(struct fuzz *f, struct fspace *s, long page, long nr, struct fpage like, int flags);
long model_unmap(struct fspace *s, long page, long nr);
long model_protect(struct fuzz *f, struct fspace *s, long page, long nr, int prot);
long model_lock(struct fuzz *f, struct fspace *s, long page, long nr, u32 flags);
long model_brk(struct fspace *s, long page);
long model_write(struct fuzz *f, struct fspace *s, long page, u8 value);
long model_read(struct fspace *s, long page);
void model_fork(struct fspace *child, const struct fspace *parent);
void model_populate(struct fuzz *f, struct fspace *s, long page, long nr);

/* remap.c, advise.c: the longer ones */
long model_move(struct fuzz *f, struct fspace *s, long page, long nr, long new_nr, long to,
		bool stays);
long model_resize(struct fuzz *f, struct fspace *s, long page, long nr, long new_nr);
long model_advise(struct fuzz *f, struct fspace *s, long page, long nr, int advice);

/* check.c */
void fuzz_check(struct fuzz *f, struct fspace *s, bool partly);
void fuzz_see(struct fuzz *f, struct fspace *s, const struct fuzz_op *op, long ret);
void fuzz_wrong(struct fuzz *f, const char *assertion, const char *fmt, ...) __printf(3, 4);

/* print.c */
void say(struct fuzz *f, const char *fmt, ...) __printf(2, 3);
void say_call(struct fuzz *f, struct fspace *s, long want, const char *fmt, ...) __printf(4, 5);
const char *prot_in_c(int prot);
const char *map_flags_in_c(int flags, char *text);
void say_begin(struct fuzz *f);

/* known.c */
bool triggers_growth_charge(struct fspace *s, long page);
bool triggers_ksm_moved(struct fuzz *f, bool move);
bool triggers_shrink_charge(long nr, long new_nr);
bool triggers_wiped_offset(struct fspace *s);
bool fails_badly(int code);

/* ops.c */
void fuzz_op(struct fuzz *f, const struct fuzz_op *op);

#endif /* VMA_FUZZ_H */

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
#include "uffd.h"

#include <waist/fuzz.h>

#define FUZZ_SPACES	4
#define FUZZ_FILES	4
#define FILE_PAGES	4096
#define SMALL_PAGES	12	/* of the second file: behind them is SIGBUS */
#define LARGE_PAGES	64	/* of the file with large folios */
#define BRK_PAGE	40L
#define NO_FILE		0xff

/* Contents of a page that are no value of the model. */
#define MAY_BE_ZERO	1	/* MADV_FREE, and not written since */
#define MAY_BE_FILE	2	/* perhaps a private copy was made */
#define IS_COPY		4	/* a private copy of a file's page */
#define IS_ANYTHING	8
/* What is not known of an entry. */
#define MAY_BE_MARKED	16	/* its mark */
#define MAY_BE_WATCHED	32	/* whether it is watched */

/* Files: two of the page cache, one of tmpfs, and one of large folios. */
enum fuzz_file { FUZZ_FILE, FUZZ_SMALL, FUZZ_SHMEM, FUZZ_LARGE };
#define NR_MAPPED	3	/* FUZZ_MAP_FILE maps the first three */

/**
 * enum fuzz_mark - an entry that is neither a page nor none
 * @UNMARKED: it is one of these, or in swap
 * @GUARD: of MADV_GUARD_INSTALL
 * @POISON: of UFFDIO_POISON
 */
enum fuzz_mark { UNMARKED, GUARD, POISON };

/**
 * struct fpage - a page of the model
 * @mapped: something is mapped
 * @file: which file, or NO_FILE
 * @value: the byte that fills it, if it is anonymous or a copy
 * @doubt: MAY_BE_ZERO and its like
 * @mark: enum fuzz_mark
 * @watched: userfaultfd has write-protected it
 * @flags: those of vm_flags that FLAGS_COMPARED names
 * @pgoff: page of the file
 */
struct fpage {
	bool mapped;
	u8 file, value, doubt, mark;
	bool watched;
	u32 pgoff;
	u64 flags;
};

#define FLAGS_COMPARED	(VM_READ | VM_WRITE | VM_EXEC | VM_SHARED | VM_GROWSDOWN | VM_LOCKED | \
			 VM_LOCKONFAULT | VM_DONTCOPY | VM_WIPEONFORK | VM_DONTDUMP | \
			 VM_SEQ_READ | VM_RAND_READ | VM_HUGEPAGE | VM_NOHUGEPAGE | \
			 VM_MERGEABLE | VM_SEALED | FLAGS_UFFD)
#define FLAGS_UFFD	(VM_UFFD_MISSING | VM_UFFD_WP)

/**
 * struct fspace - an address space and its model
 * @sp: the real one, NULL if there is none
 * @u: its userfaultfd, NULL before it has one
 * @brk: the page at which the heap ends
 * @page: the model
 */
struct fspace {
	struct space *sp;
	struct uffd *u;
	long brk;
	struct fpage page[SPACE_PAGES];
};

/**
 * struct fuzz - a run
 * @test: its case
 * @run: what the host's side has asked for
 * @spaces: the address spaces; the living ones come first
 * @nr: how many live
 * @file: open files; the one of large folios when it is first mapped
 * @size: pages of each; behind them is SIGBUS
 * @bytes: what fills each page of each file
 * @held: folios that somebody has a reference to
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
	u32 size[FUZZ_FILES];
	struct folio *held[2];
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
bool file_has(struct fuzz *f, int file, u32 pgoff);
bool sealed(struct fspace *s, long page, long nr);
u8 file_byte(struct fuzz *f, const struct fpage *p);
bool may_hold(struct fuzz *f, const struct fpage *p, u8 byte);
long model_map(struct fuzz *f, struct fspace *s, long page, long nr, struct fpage like, int flags);
long model_unmap(struct fspace *s, long page, long nr);
long model_protect(struct fuzz *f, struct fspace *s, long page, long nr, int prot);
long model_lock(struct fuzz *f, struct fspace *s, long page, long nr, u32 flags);
long model_brk(struct fspace *s, long page);
long model_write(struct fuzz *f, struct fspace *s, long page, u8 value);
long model_read(struct fuzz *f, struct fspace *s, long page);
void model_fork(struct fspace *child, const struct fspace *parent);
void model_populate(struct fuzz *f, struct fspace *s, long page, long nr);

/* marks.c: entries that are neither a page nor none, and what userfaultfd makes of them */
bool access_is_open(const struct fpage *p, bool write);
bool any_odd(struct fspace *s, long page, long nr);
void zap_page(struct fpage *p);
void may_zap_page(struct fpage *p);
void model_truncate(struct fuzz *f, int file, u32 size);
long model_guard(struct fspace *s, long page, long nr, bool installs);
long model_register(struct fspace *s, long page, long nr, u64 flags);
long model_unregister(struct fspace *s, long page, long nr);
long model_watch(struct fspace *s, long page, long nr, bool on);
long model_seal(struct fspace *s, long page, long nr);

/* remap.c: the longer ones */
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
bool triggers_guard_on_marker(struct fspace *s, long page, long nr);
bool fails_badly(int code);

/* ops.c */
void fuzz_op(struct fuzz *f, const struct fuzz_op *op);

#endif /* VMA_FUZZ_H */

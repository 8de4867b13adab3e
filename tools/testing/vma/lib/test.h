/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words in which the tests are written. A test is a function and nothing
 * else:
 *
 *	TEST(mprotect, middle_splits_into_three)
 *	{
 *		struct space *sp = layout(test, "[WWWWWWWWW]");
 *
 *		ok(protect(sp, 3, 3, PROT_READ));
 *		expect(sp, "[WWW][RRR][WWW]");
 *	}
 *
 * A layout is written a character a page, and brackets for VMAs:
 *
 *	[ ] anonymous and private   ( ) a private file mapping   { } shared
 *	w   writable   r   read-only   x   executable   n   no access
 *	.   not mapped
 *
 * in upper case where a page table entry is there. Instead of them stands
 *
 *	H   HUGE_NR pages that one PMD maps	 S   a page that is in swap
 *	M   a migration entry			 P   a page that broke (hwpoison)
 *	U   a marker, as userfaultfd leaves
 *
 * and 64 or more of a kind are written as W*64. Pages are counted from
 * SPACE_BASE. The oracle runs after every operation of this vocabulary.
 */
#ifndef VMA_TEST_H
#define VMA_TEST_H

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/rmap.h>
#include <linux/syscalls.h>

#include <shim/compat.h>
#include <shim/machine.h>

#define SPACE_BASE	0x10000000UL
#define SPACE_PAGES	2048
#define HUGE_NR		(1L << (PMD_SHIFT - PAGE_SHIFT))
#define RW		(PROT_READ | PROT_WRITE)

/* What a page must hold, as far as the model knows. */
#define MODEL_UNKNOWN	0xffff

/**
 * struct space - an address space under test and the model of its contents
 * @mm: the real one
 * @test: the case that it belongs to
 * @list: in the order of creation
 * @name: "parent" for the first, then "child", "child2", ...
 * @model: the byte that fills each page, or MODEL_UNKNOWN
 * @odd_offsets: a VMA lost its anon_vma after it had moved, so the anonymous page
 *	offset of an unfaulted one need not be its address
 * @account: pages that its VMAs have charged, as the oracle counted
 */
struct space {
	struct mm_struct *mm;
	struct kunit *test;
	struct list_head list;
	char name[16];
	u16 model[SPACE_PAGES];
	bool odd_offsets;
	long account;
};

#define MAX_HELD	16

struct held {
	const void *object;
	int refs;
};

/**
 * struct world - what a case has made, kept in kunit's test->priv
 * @spaces: all living spaces
 * @dead: those that have exited
 * @nr_spaces: how many there ever were
 * @quiet: the oracle does not run, because the case holds locks or has threads
 * @complained: the oracle has found something and rests
 * @asked: by oracle_complaint(), so what is found does not fail the case
 * @complaint: what it has found
 * @uffds: open contexts of userfaultfd
 * @held: references that the case itself has
 * @setup: a layout is made, which a failure sweep leaves alone
 * @in_flight: migrations between their halves, which it leaves alone too
 * @ended: a sweep has ended the case early
 * @op: the operation that runs or ran last, a system call or the kernel's own work
 * @op_page: where it began, if it is mremap()
 * @op_nr: over how many pages
 * @op_to: where they should go
 * @nr_ops: how many have been judged
 * @pictured: what fails was drawn as text
 * @graphed: and as a graph
 */
struct world {
	struct list_head spaces;
	struct list_head dead;
	unsigned int nr_spaces;
	bool quiet;
	bool complained;
	bool asked;
	char complaint[256];
	struct list_head uffds;
	struct held held[MAX_HELD];
	bool setup;
	int in_flight;
	bool ended;
	const char *op;
	long op_page, op_nr, op_to;
	unsigned int nr_ops;
	bool pictured, graphed;
};

int world_init(struct kunit *test);
void world_exit(struct kunit *test);

#define TEST(suite_, name_) SHIM_TEST(suite_, name_, false)

/* A case that calls race(), see race.h: it is run by many schedules. */
#define RACE(suite_, name_) SHIM_TEST(suite_, name_, true)

#define SHIM_TEST(suite_, name_, race_)					\
	static void suite_##_##name_(struct kunit *test);		\
	static const struct shim_test __shim_test_##suite_##_##name_	\
	__used __section(".shim_tests")					\
	__aligned(__alignof__(struct shim_test)) = {			\
		.suite = #suite_, .name = #name_,			\
		.run = suite_##_##name_, .file = __FILE__,		\
		.line = __LINE__, .init = world_init, .exit = world_exit, \
		.race = race_,						\
	};								\
	static void suite_##_##name_(struct kunit *test)

#define ok(expr)	KUNIT_ASSERT_EQ(test, (long)(expr), 0L)
#define fails(expr, err) KUNIT_ASSERT_EQ(test, (long)(expr), (long)(err))
/*
 * A case that this tree cannot even compile: it stands in the #else of its file,
 * so that it is skipped and not gone. scripts/check-tree compares the lists.
 */
#define ABSENT(suite_, name_, why)					\
	TEST(suite_, name_) { kunit_skip(test, why); }

/*
 * The symptom of finding @nr of docs/results/findings.md was seen: a skip where
 * scripts/build/probes finds its cause in the tree, so nothing else can hide behind
 * it; the case goes on to fail in any other tree.
 */
#define known_bug(probe, nr) do {					\
	if (IS_ENABLED(probe))						\
		kunit_skip(test, "kernel bug, docs/results/findings.md " #nr);	\
} while (0)
#define expect(sp, text) KUNIT_ASSERT_STREQ(test, layout_beside(sp, text), text)

/* Skips the case where a feature is not built in: needs(CONFIG_KSM); */
#define needs(option) do {						\
	if (!IS_ENABLED(option))					\
		kunit_skip(test, #option " is off; make CONFIG=full");	\
} while (0)

/* Older kernels: faulted memory is not merged into unfaulted. */
static inline bool unfaulted_alone(void)
{
	return IS_ENABLED(SHIM_UNFAULTED_ALONE);
}

/* A "page" whose address is 0, for an mmap() without a hint. */
#define NO_HINT		(-(long)(SPACE_BASE >> PAGE_SHIFT))
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)

static inline unsigned long page_addr(long page)
{
	return SPACE_BASE + page * PAGE_SIZE;
}

/* spaces (space.c) */
struct space *space_new(struct kunit *test);
struct space *space_with_brk(struct kunit *test, long page);
struct space *layout(struct kunit *test, const char *text);
struct space *space_fork(struct space *parent);
void space_exit(struct space *sp);
struct space *space_adopt(struct space *parent, struct mm_struct *mm);
void space_gone(struct space *sp);

/* system calls, pages counted from SPACE_BASE (ops.c) */
long map_at(struct space *sp, long page, long nr, int prot, int flags,
	    struct file *file, pgoff_t pgoff);
int map(struct space *sp, long page, long nr, int prot);
int map_file(struct space *sp, long page, long nr, int prot, int flags,
	     struct file *file, pgoff_t pgoff);
int unmap(struct space *sp, long page, long nr);
int protect(struct space *sp, long page, long nr, int prot);
int move(struct space *sp, long page, long nr, long to);
int resize(struct space *sp, long page, long nr, long new_nr);
long remap(struct space *sp, long page, long nr, long new_nr, unsigned long flags,
	   long to);
int advise(struct space *sp, long page, long nr, int advice);
int lock(struct space *sp, long page, long nr);
int unlock(struct space *sp, long page, long nr);
int set_brk(struct space *sp, unsigned long brk);
void forget(struct space *sp, long page, long nr);
void commit_limit(long pages);
void commit_no_limit(void);
s64 charged(void);

/* user accesses (ops.c) */
int write_page(struct space *sp, long page, u8 value);
int read_page(struct space *sp, long page);
int look(struct space *sp, long page, long nr);
int byte_at(struct space *sp, long page);
int touch(struct space *sp, long page, long nr, u8 value);
long put_user_data(struct space *sp, const void *data, size_t len);
int touch_each(struct space *sp, long page, long nr, u8 value);

/*
 * A word of the vocabulary around the kernel's code, so that the oracle runs and
 * a failure sweep can judge it (sweep.c):
 *
 *	op_begin(sp, "mseal");
 *	err = op_end(sys_mseal(...));
 *	...what that does to the model...
 *	return op_done(sp, err);
 *
 * What the kernel does on its own account begins with work_begin() and ends with
 * work_done(): no space becomes the current one for it.
 */
void op_begin(struct space *sp, const char *name);
long op_end(long ret);
long op_done(struct space *sp, long ret);
void work_begin(struct kunit *test, const char *name);
long work_done(struct kunit *test, long ret);

/* files of tmpfs, which want CONFIG_SHMEM (shmem.c) */
struct file *open_shmem(struct kunit *test, long nr);
int truncate_file(struct space *sp, struct file *file, long nr);

/* what the kernel does to pages (pages.c) */
struct migration {
	struct folio *folio;
	struct anon_vma *anon_vma;
};
int migrate(struct space *sp, long page, long nr);
int begin_migration(struct space *sp, long page, struct migration *m);
int end_migration(struct space *sp, struct migration *m, bool succeeds);
int swap_on(struct kunit *test, unsigned long nr);
int swap_on_sync(struct kunit *test, unsigned long nr);
int swap_off(struct kunit *test);
int reclaim(struct space *sp, long page, long nr);
void merge_ksm(struct kunit *test);
int split_huge(struct space *sp, long page);
struct folio *hold_folio(struct space *sp, long page);
void release_folio(struct kunit *test, struct folio *folio);
struct page *pin_page(struct space *sp, long page);
int keep_pin(struct kunit *test, struct page *frame);
int split_pmd(struct space *sp, long page);
struct space *layout_swapped(struct kunit *test, const char *text, long page, long nr);
struct space *layout_migrating(struct kunit *test, const char *text, long page,
			       struct migration *m);
struct space *equal_pages(struct kunit *test);
struct space *layout_merged(struct kunit *test);

/* looking (layout.c) */
#define LAYOUT_WORD	4
#define LAYOUT_ROOM	(3 * SPACE_PAGES + LAYOUT_WORD + 1)	/* a bracket on each side of each page */
void draw_layout(struct space *sp, char *text, char *below,
		 void (*word)(struct vm_area_struct *vma, char *to));
char *draw_vma(struct space *sp, struct vm_area_struct *vma, char *text);
const char *layout_of(struct space *sp);
struct vm_area_struct *vma_of(struct space *sp, long page);
struct page *frame_of(struct space *sp, long page);
pte_t pte_at(struct space *sp, long page);
struct folio *folio_of(struct space *sp, long page);
unsigned int nr_chains(struct vm_area_struct *vma);
bool has_moved(struct vm_area_struct *vma);
bool is_lazy(struct vm_area_struct *vma);
bool was_write_locked(struct space *sp, long page);

/* pictures of what fails (picture.c, graph.c) */
void picture_begin(struct kunit *test);
void picture_done(struct kunit *test);
void picture(struct kunit *test, struct space *sp, const char *want);
const char *layout_beside(struct space *sp, const char *want);
char anon_letter(const struct anon_vma *anon_vma);
void graph_begin(struct kunit *test);
void graph_last_words(void);
void graph(struct kunit *test);
void graph_end(struct kunit *test, bool failed);

/* the oracle (oracle.c) */
void oracle(struct kunit *test);
const char *oracle_complaint(struct kunit *test);
void oracle_hold(struct kunit *test, const void *object, int refs);
struct place {
	struct mm_struct *mm;
	unsigned long addr;
};
int rmap_places(struct folio *folio, struct place *places, int room);

/* mapped_at(folio, at(parent, 3), at(child, 3)): there and nowhere else */
#define at(sp, page)	{ (sp)->mm, page_addr(page) }
#define mapped_at(folio, ...) do {					\
	const struct place __want[] = { __VA_ARGS__ };			\
									\
	expect_places(test, folio, __want, ARRAY_SIZE(__want));		\
} while (0)
void expect_places(struct kunit *test, struct folio *folio, const struct place *want,
		   int nr);

#include "modes.h"

#endif /* VMA_TEST_H */

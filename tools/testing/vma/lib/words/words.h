/* SPDX-License-Identifier: GPL-2.0 */
/* The words that most cases are written in; those for a few are in headers of their own. */
#ifndef VMA_WORDS_H
#define VMA_WORDS_H

#include <linux/fs.h>
#include <linux/mman.h>

#include "draw.h"

#define RW		(PROT_READ | PROT_WRITE)
/* A "page" whose address is 0, for an mmap() without a hint. */
#define NO_HINT		(-(long)(SPACE_BASE >> PAGE_SHIFT))
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)

/* assertions of a case */
#define ok(expr)	KUNIT_ASSERT_EQ(test, (long)(expr), 0L)
#define fails(expr, err) KUNIT_ASSERT_EQ(test, (long)(expr), (long)(err))
/*
 * Skips a case that has seen the symptom of finding @nr of docs/results/findings.md, if
 * scripts/build/probes finds its cause in the tree. In all other trees the case goes on,
 * and fails.
 */
#define known_bug(probe, nr) do {					\
	if (IS_ENABLED(probe))						\
		kunit_skip(test, "kernel bug, docs/results/findings.md " #nr);	\
} while (0)
#define expect(sp, text) KUNIT_ASSERT_STREQ(test, layout_beside(sp, text), text)

/*
 * Skip the running case where a feature is not built in, for words of lib/: a case
 * names the options that it needs in its TEST(), as NEEDS(CONFIG_KSM).
 */
#define needs(option) do {						\
	if (!IS_ENABLED(option))					\
		kunit_skip(test, #option " is off; make CONFIG=full");	\
} while (0)

/* Older kernels do not merge a faulted VMA with an unfaulted neighbour. */
static inline bool unfaulted_alone(void)
{
	return IS_ENABLED(SHIM_UNFAULTED_ALONE);
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
void commit_limit(long pages);
void commit_no_limit(void);

/* the model of the contents (model.c) */
void forget(struct space *sp, long page, long nr);

/* user accesses (access.c) */
int write_page(struct space *sp, long page, u8 value);
int read_page(struct space *sp, long page);
int look(struct space *sp, long page, long nr);
int byte_at(struct space *sp, long page);
int touch(struct space *sp, long page, long nr, u8 value);
long put_user_data(struct space *sp, const void *data, size_t len);
int touch_each(struct space *sp, long page, long nr, u8 value);

/*
 * A word of the vocabulary around the kernel's code, so that the oracle runs and
 * a failure sweep can judge it (operation.c):
 *
 *	op_begin(sp, "mseal", "%ld, %ld", page, nr);
 *	err = op_end(sys_mseal(...));
 *	...the same change in the model...
 *	return op_done(sp, err);
 *
 * Work of the kernel on its own account, as reclaim, begins with work_begin() and ends
 * with work_done(); no space becomes the current one for it.
 */
void oracle(struct kunit *test);
void op_begin(struct space *sp, const char *name, const char *args, ...) __printf(3, 4);
long op_end(long ret);
long op_done(struct space *sp, long ret);
void work_begin(struct kunit *test, const char *name, const char *args, ...) __printf(3, 4);
long work_done(struct kunit *test, long ret);

/* files of tmpfs, which want CONFIG_SHMEM (shmem.c) */
struct file *open_shmem(struct kunit *test, long nr);
int truncate_file(struct space *sp, struct file *file, long nr);
void drop_range(struct file *file, long page, long nr);
void punch_hole(struct space *sp, struct file *file, long page, long nr);

/**
 * struct migration - a migration between its two halves
 * @folio: the folio that is migrated
 * @anon_vma: its anon_vma, with a reference; or NULL
 */
struct migration {
	struct folio *folio;
	struct anon_vma *anon_vma;
};

/* work of the kernel on pages (pages.c) */
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
struct space *layout_advised(struct kunit *test, const char *text);
struct space *layout_swapped(struct kunit *test, const char *text, long page, long nr);
struct space *layout_migrating(struct kunit *test, const char *text, long page,
			       struct migration *m);
struct space *equal_pages(struct kunit *test);
struct space *layout_merged(struct kunit *test);
unsigned int nr_chains(struct vm_area_struct *vma);

/* where a folio is mapped (expect.c) */
/* mapped_at(folio, at(parent, 3), at(child, 3)): there and nowhere else */
#define at(sp, page)	{ (sp)->mm, page_addr(page) }
#define mapped_at(folio, ...) do {					\
	const struct place __want[] = { __VA_ARGS__ };			\
									\
	expect_places(test, folio, __want, ARRAY_SIZE(__want));		\
} while (0)
void expect_places(struct kunit *test, struct folio *folio, const struct place *want,
		   int nr);

/* sweep.c */
void leave_out_of_sweeps(void);

/* the begin and the end of a case (world.c) */
int world_init(struct kunit *test);
void world_exit(struct kunit *test);

#include "modes.h"

#endif /* VMA_WORDS_H */

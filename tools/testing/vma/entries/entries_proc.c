// SPDX-License-Identifier: GPL-2.0
/*
 * Entries that files of /proc/PID tell of, and change, see entry.h. The rows of what is told
 * say that nothing changes; what is told is in a table of its own.
 */
#include "entry.h"
#include "proc.h"
#include "test.h"

#define PROC_OF(op, kind, ...)						\
	ENTRY_BUT(op, kind, PROC_AND(ENTRY_CONFIG_##kind), __VA_ARGS__)

/* kernels before 6.16 have guards, and do not tell of them */
#ifdef PAGE_IS_GUARD
#define TOLD_GUARD	PAGE_IS_GUARD
#define WORD_GUARD	PAGEMAP_GUARD
#else
#define TOLD_GUARD	0
#define WORD_GUARD	0
#endif

/*
 * What pte_to_pagemap_entry() and pagemap_pmd_range_thp() say in a word, and what
 * pagemap_page_category() and pagemap_thp_category() do in categories. A page is exclusive to
 * who maps it, which an entry that is not present does not do; the zero page is nobody's.
 */
static const struct told {
	const char *kind;
	u64 word, categories;
} told_of[] = {
	{ "none" },
	{ "page", PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE, PAGE_IS_PRESENT },
	{ "zero", PAGEMAP_PRESENT, PAGE_IS_PRESENT | PAGE_IS_PFNZERO },
	{ "part", PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE, PAGE_IS_PRESENT },
	{ "huge", PAGEMAP_PRESENT | PAGEMAP_EXCLUSIVE, PAGE_IS_PRESENT | PAGE_IS_HUGE },
	{ "huge_zero", PAGEMAP_PRESENT, PAGE_IS_PRESENT | PAGE_IS_HUGE | PAGE_IS_PFNZERO },
	{ "swap", PAGEMAP_SWAP, PAGE_IS_SWAPPED },
	{ "migration", PAGEMAP_SWAP, PAGE_IS_SWAPPED },
	{ "huge_migration", PAGEMAP_SWAP, PAGE_IS_SWAPPED | PAGE_IS_HUGE },
	{ "guard", PAGEMAP_SWAP | WORD_GUARD, PAGE_IS_SWAPPED | TOLD_GUARD },
	{ "hwpoison", PAGEMAP_SWAP, PAGE_IS_SWAPPED },
};

static const struct told *told_of_entry(struct kunit *test, const char *text)
{
	size_t i, len = strchrnul(text, ':') - text;

	for (i = 0; i < ARRAY_SIZE(told_of); i++)
		if (strlen(told_of[i].kind) == len && !strncmp(told_of[i].kind, text, len))
			return &told_of[i];
	KUNIT_FAIL_AND_ABORT(test, "nothing is known of an entry that is %s", text);
	return NULL;
}

/* read() of pagemap */
static int word_is_told(struct entry *e)
{
	struct kunit *test = e->sp->test;
	char text[ENTRY_TEXT];
	u64 want, word = pagemap_at(e->sp, e->page);

	entry_text(e->sp, e->page, text);
	want = told_of_entry(test, text)->word;
	if (entry_has(e->sp, e->page, 'u'))
		want |= PAGEMAP_UFFD_WP;
	KUNIT_EXPECT_EQ_MSG(test, word & ~(PAGEMAP_PFN | PAGEMAP_SOFT_DIRTY), want,
			    "of an entry that is %s", text);
	if (entry_has(e->sp, e->page, 's'))
		KUNIT_EXPECT_TRUE(test, word & PAGEMAP_SOFT_DIRTY);
	return 0;
}

/* PAGEMAP_SCAN; what was written is only told of memory that is registered, and not here */
static int categories_are_told(struct entry *e)
{
	const u64 all = PAGE_IS_PRESENT | PAGE_IS_SWAPPED | PAGE_IS_PFNZERO | PAGE_IS_HUGE |
			PAGE_IS_FILE | TOLD_GUARD;
	struct pm_scan_arg arg = {
		.start = page_addr(e->page), .end = page_addr(e->page + 1), .vec_len = 1,
		.category_anyof_mask = all, .return_mask = all,
	};
	struct page_region region = {};
	struct kunit *test = e->sp->test;
	char text[ENTRY_TEXT];
	u64 categories;

	entry_text(e->sp, e->page, text);
	categories = told_of_entry(test, text)->categories;
	KUNIT_EXPECT_EQ(test, pagemap_scan(e->sp, &arg, &region), (long)!!categories);
	KUNIT_EXPECT_EQ_MSG(test, region.categories, categories, "of an entry that is %s", text);
	return 0;
}

#define TOLD(kind, same)			\
PROC_OF(word_is_told, kind, same)		\
PROC_OF(categories_are_told, kind, same)

TOLD(none,		"none")
TOLD(page,		"page:WDYSUX")
TOLD(clean,		"page:WDYSUX")
TOLD(zero,		"zero:WDYSU")
TOLD(part,		"part:WDYSUX")
TOLD(huge,		"huge:WDYSUX")
TOLD(huge_zero,		"huge_zero:WDYSU")
TOLD(swap,		"swap:SUX")
TOLD(migration,		"migration:WSUX")
TOLD(huge_migration,	"huge_migration:WSUX")
TOLD(guard,		"guard")
TOLD(hwpoison,		"hwpoison")

/* clear_refs_pte_range(): "1" forgets that pages were used, those of nobody too where huge */
static int forgets_use(struct entry *e)
{
	return write_clear_refs(e->sp, "1");
}

PROC_OF(forgets_use, none,		"none")
PROC_OF(forgets_use, page,		"page:WDSUX")
PROC_OF(forgets_use, clean,		"page:WDSUX")
PROC_OF(forgets_use, zero,		"zero:YSU")
PROC_OF(forgets_use, part,		"part:WDSUX")
PROC_OF(forgets_use, huge,		"huge:WDSUX")
PROC_OF(forgets_use, huge_zero,		"huge_zero:YSU")
PROC_OF(forgets_use, swap,		"swap:SUX")
PROC_OF(forgets_use, migration,		"migration:WSUX")
PROC_OF(forgets_use, huge_migration,	"huge_migration:WSUX")
PROC_OF(forgets_use, guard,		"guard")
PROC_OF(forgets_use, hwpoison,		"hwpoison")

/* clear_soft_dirty() and clear_soft_dirty_pmd(): "4" makes the next write fault */
static int forgets_writes(struct entry *e)
{
	return write_clear_refs(e->sp, "4");
}

#ifdef CONFIG_MEM_SOFT_DIRTY
PROC_OF(forgets_writes, none,		"none")
PROC_OF(forgets_writes, page,		"page:DYUX")
PROC_OF(forgets_writes, clean,		"page:DYUX")
PROC_OF(forgets_writes, zero,		"zero:YU")
PROC_OF(forgets_writes, part,		"part:DYUX")
PROC_OF(forgets_writes, huge,		"huge:DYUX")
PROC_OF(forgets_writes, huge_zero,	"huge_zero:YU")
PROC_OF(forgets_writes, swap,		"swap:UX")
PROC_OF(forgets_writes, migration,	"migration:WUX")
PROC_OF(forgets_writes, huge_migration,	"huge_migration:WUX")
PROC_OF(forgets_writes, guard,		"guard")
PROC_OF(forgets_writes, hwpoison,	"hwpoison")
#endif

/* make_uffd_wp_pte() and make_uffd_wp_pmd(): only where writes are told asynchronously */
static int scan_protects(struct entry *e)
{
	struct pm_scan_arg arg = {
		.start = page_addr(0), .end = page_addr(e->nr), .vec_len = 4,
		.flags = PM_SCAN_WP_MATCHING,
		.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN,
	};
	struct page_region regions[4];
	struct kunit *test = e->sp->test;

	if (!e->u) {
		e->u = uffd_open(e->sp, UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED);
		ok(uffd_register(e->u, 0, e->nr, UFFD_WP));
	}
	KUNIT_EXPECT_GE(test, pagemap_scan(e->sp, &arg, regions), 0L);
	return 0;
}

#define PROC_AND_UFFD(kind, after)	\
	ENTRY_BUT(scan_protects, kind, PROC_AND(CONFIG_USERFAULTFD, ENTRY_CONFIG_##kind), after)

PROC_AND_UFFD(none,		"protected")
PROC_AND_UFFD(page,		"page:DYSuX")
PROC_AND_UFFD(clean,		"page:DYSuX")
PROC_AND_UFFD(zero,		"zero:YSu")
PROC_AND_UFFD(part,		"part:DYSuX")
PROC_AND_UFFD(huge,		"huge:DYSuX")
PROC_AND_UFFD(huge_zero,	"huge_zero:YSu")
PROC_AND_UFFD(swap,		"swap:SuX")
PROC_AND_UFFD(migration,	"migration:WSuX")
PROC_AND_UFFD(huge_migration,	"huge_migration:WSuX")
PROC_AND_UFFD(guard,		"guard")
PROC_AND_UFFD(hwpoison,		"hwpoison")

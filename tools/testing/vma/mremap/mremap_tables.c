// SPDX-License-Identifier: GPL-2.0
/* mremap(): page tables that are moved whole. */
#include <linux/syscalls.h>

#include "internal.h"
#include "mremap.h"

#define TABLE	PTRS_PER_PTE		/* pages that one page table maps */
#define GIB	(1UL << PUD_SHIFT)

/* The table that has the entry of a page. */
static struct page *table_of(struct space *sp, long page)
{
	return pmd_page(pmdp_get(shim_lookup_pmd(sp->mm, page_addr(page))));
}

/* Page tables are moved as they are where all that they map moves. */
TEST(mremap_tables, a_whole_table)
{
	struct space *sp = space_new(test);
	struct page *table;
	unsigned long tables;

	ok(map(sp, 0, TABLE, RW));
	ok(write_page(sp, 0, 'a'));
	ok(write_page(sp, 300, 'b'));
	ok(write_page(sp, TABLE - 1, 'c'));
	tables = mm_pgtables_bytes(sp->mm);
	table = table_of(sp, 0);
	ok(move(sp, 0, TABLE, 2 * TABLE));
	KUNIT_EXPECT_PTR_EQ(test, table_of(sp, 2 * TABLE), table);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), tables);
	ok(look(sp, 2 * TABLE, TABLE));
	mapped_at(folio_of(sp, 2 * TABLE + 300), at(sp, 2 * TABLE + 300));
	KUNIT_EXPECT_NULL(test, folio_of(sp, 0));
}

TEST(mremap_tables, a_table_and_a_half)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, TABLE + 200, RW));
	ok(write_page(sp, 5, 'a'));
	ok(write_page(sp, TABLE + 150, 'b'));
	ok(move(sp, 0, TABLE + 200, 2 * TABLE));
	mapped_at(folio_of(sp, 2 * TABLE + 5), at(sp, 2 * TABLE + 5));
	mapped_at(folio_of(sp, 3 * TABLE + 150), at(sp, 3 * TABLE + 150));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2 * TABLE + 5), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3 * TABLE + 150), 'b');
}

/* The entries' places within their table differ: page by page. */
TEST(mremap_tables, to_another_offset_in_the_table)
{
	struct space *sp = space_new(test);

	ok(map(sp, 200, TABLE, RW));
	ok(write_page(sp, 201, 'a'));
	ok(write_page(sp, TABLE + 198, 'b'));
	ok(move(sp, 200, TABLE, 2 * TABLE + 7));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2 * TABLE + 8), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3 * TABLE + 5), 'b');
	mapped_at(folio_of(sp, 3 * TABLE + 5), at(sp, 3 * TABLE + 5));
}

/*
 * [....WWWW][WW..]: the source begins in the middle of its table, alone in it,
 * and so does the destination; the whole table may go.
 */
TEST(mremap_tables, from_the_same_offset_of_an_empty_table)
{
	struct space *sp = space_new(test);
	struct page *table;

	ok(map(sp, 200, TABLE, RW));
	ok(write_page(sp, 200, 'a'));
	ok(write_page(sp, TABLE + 100, 'b'));
	table = table_of(sp, 200);
	ok(move(sp, 200, TABLE, 2 * TABLE + 200));
	KUNIT_EXPECT_PTR_EQ(test, table_of(sp, 2 * TABLE + 200), table);
	mapped_at(folio_of(sp, 2 * TABLE + 200), at(sp, 2 * TABLE + 200));
	mapped_at(folio_of(sp, 3 * TABLE + 100), at(sp, 3 * TABLE + 100));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2 * TABLE + 200), 'a');
}

/* The part before it in its own VMA stays, and so does its part of the table. */
TEST(mremap_tables, the_rest_of_a_table)
{
	struct space *sp = space_new(test);

	ok(map(sp, 0, 2 * TABLE, RW));
	ok(write_page(sp, 10, 'k'));
	ok(write_page(sp, 200, 'a'));
	ok(write_page(sp, TABLE + 100, 'b'));
	ok(move(sp, 200, TABLE, 2 * TABLE + 200));
	mapped_at(folio_of(sp, 10), at(sp, 10));
	mapped_at(folio_of(sp, 2 * TABLE + 200), at(sp, 2 * TABLE + 200));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 10), 'k');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3 * TABLE + 100), 'b');
}

/* The same beside memory that stays: its entries must not go along. */
TEST(mremap_tables, from_a_table_that_others_use)
{
	struct space *sp = space_new(test);

	ok(map(sp, 10, 1, PROT_READ | PROT_EXEC));
	ok(read_page(sp, 10));
	ok(map(sp, 200, TABLE, RW));
	ok(write_page(sp, 200, 'a'));
	ok(write_page(sp, TABLE + 100, 'b'));
	ok(move(sp, 200, TABLE, 2 * TABLE + 200));
	KUNIT_EXPECT_NOT_NULL(test, folio_of(sp, 10));
	mapped_at(folio_of(sp, 2 * TABLE + 200), at(sp, 2 * TABLE + 200));
	mapped_at(folio_of(sp, 3 * TABLE + 100), at(sp, 3 * TABLE + 100));
	ok(look(sp, 2 * TABLE + 200, 2));
}

TEST(mremap_tables, into_a_table_that_others_use)
{
	struct space *sp = space_new(test);

	ok(map(sp, 2 * TABLE + 10, 1, PROT_READ | PROT_EXEC));
	ok(read_page(sp, 2 * TABLE + 10));
	ok(map(sp, 200, TABLE, RW));
	ok(write_page(sp, 200, 'a'));
	ok(write_page(sp, TABLE + 199, 'b'));
	ok(move(sp, 200, TABLE, 2 * TABLE + 200));
	KUNIT_EXPECT_NOT_NULL(test, folio_of(sp, 2 * TABLE + 10));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2 * TABLE + 200), 'a');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3 * TABLE + 199), 'b');
}

/* A whole table of tables: 1 GiB with a page in it here and there. */
TEST(mremap_tables, a_whole_table_of_tables)
{
	struct space *sp = space_new(test);
	unsigned long from = 4 * GIB, to = 8 * GIB, tables;
	static const unsigned long page[] = { 0, 77 * TABLE + 5, 512 * TABLE - 1 };
	struct folio *folio;
	u8 value;
	int i;

	shim_use_mm(sp->mm);
	KUNIT_ASSERT_EQ(test, (long)from, (long)vm_mmap_pgoff(NULL, from, GIB, RW,
			ANON | MAP_FIXED | MAP_NORESERVE, 0));
	for (i = 0; i < 3; i++) {
		value = 'a' + i;
		ok(shim_user_write(sp->mm, from + page[i] * PAGE_SIZE, &value, 1));
	}
	oracle(test);
	tables = mm_pgtables_bytes(sp->mm);
	KUNIT_ASSERT_EQ(test, sys_mremap(from, GIB, GIB, TO, to), (long)to);
	oracle(test);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), tables);
	for (i = 0; i < 3; i++) {
		ok(shim_user_read(sp->mm, to + page[i] * PAGE_SIZE, &value, 1));
		KUNIT_EXPECT_EQ(test, value, 'a' + i);
		folio = folio_of(sp, (long)((to - SPACE_BASE) >> PAGE_SHIFT) + page[i]);
		mapped_at(folio, { sp->mm, to + page[i] * PAGE_SIZE });
	}
}

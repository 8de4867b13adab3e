// SPDX-License-Identifier: GPL-2.0
/* mremap(): what it refuses, locked and special memory, and page tables moved whole. */
#include "chardev.h"
#include "internal.h"
#include "test.h"

#include <shim/machine.h>

#define TO		(MREMAP_MAYMOVE | MREMAP_FIXED)
#define COPY_TO		(TO | MREMAP_DONTUNMAP)
#define TABLE		PTRS_PER_PTE	/* pages that one page table maps */

static long raw(struct space *sp, unsigned long addr, unsigned long len,
		unsigned long new_len, unsigned long flags, unsigned long to)
{
	shim_use_mm(sp->mm);
	return sys_mremap(addr, len, new_len, flags, to);
}

TEST(mremap_args, are_checked)
{
	struct space *sp = layout(test, "[WW]");
	unsigned long at = page_addr(0), two = 2 * PAGE_SIZE;
	long err;

	fails(raw(sp, at, two, two, 64, 0), -EINVAL);
	fails(raw(sp, at + 1, two, two, 0, 0), -EINVAL);
	fails(raw(sp, at, two, 0, 0, 0), -EINVAL);
	err = raw(sp, at, two, TASK_SIZE + PAGE_SIZE, MREMAP_MAYMOVE, 0);
	KUNIT_EXPECT_TRUE(test, err == -EINVAL || err == -ENOMEM);	/* before 7.2 */
	fails(raw(sp, at, two, two, TO, page_addr(5) + 1), -EINVAL);
	fails(raw(sp, at, two, two, TO, TASK_SIZE - PAGE_SIZE), -EINVAL);
	fails(raw(sp, at, two, two, TO, TASK_SIZE), -EINVAL);
	fails(raw(sp, at, two, two, MREMAP_DONTUNMAP | MREMAP_FIXED, page_addr(5)), -EINVAL);
	fails(raw(sp, page_addr(5), two, two, 0, 0), -EFAULT);
	fails(raw(sp, at, 3 * PAGE_SIZE, 4 * PAGE_SIZE, 0, 0), -EFAULT);
	expect(sp, "[WW]");
	oracle(test);
	/* lengths are rounded up, and the same length changes nothing */
	KUNIT_EXPECT_EQ(test, raw(sp, at, two - 1, two - 2, 0, 0), (long)at);
	expect(sp, "[WW]");
}

TEST(mremap_args, file_offset_does_not_wrap)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 0, 2, PROT_READ, MAP_SHARED, file, (LLONG_MAX >> PAGE_SHIFT) - 2));
	((struct world *)test->priv)->quiet = true;	/* no mapping can be like that */
	vma_of(sp, 0)->vm_pgoff = ULONG_MAX - 2;
	fails(resize(sp, 0, 2, 5), -EINVAL);
	vma_of(sp, 0)->vm_pgoff = (LLONG_MAX >> PAGE_SHIFT) - 2;
	((struct world *)test->priv)->quiet = false;
	shim_file_put(file);
}

/* A length of 0 makes another mapping of what is shared. */
TEST(mremap_args, nothing_of_a_shared_mapping_is_one_more)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(4);
	long page;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 0));
	ok(write_page(sp, 1, 'x'));
	page = remap(sp, 0, 0, 2, MREMAP_MAYMOVE | MREMAP_FIXED, 10);
	KUNIT_ASSERT_EQ(test, page, 10L);
	expect(sp, "{wWww}......{ww}");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 11), 'x');
	KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), 2);
	mapped_at(folio_of(sp, 1), at(sp, 1), at(sp, 11));
	shim_file_put(file);
}

TEST(mremap_args, nothing_of_a_private_mapping_is_invalid)
{
	struct space *sp = layout(test, "[WW]");

	fails(remap(sp, 0, 0, 2, TO, 10), -EINVAL);
	expect(sp, "[WW]");
}

static void not_expandable(struct kunit *test, vm_flags_t flags)
{
	struct space *sp = space_new(test);
	struct chardev *drv = chardev_new(test, 8);
	struct vm_area_struct *vma;

	ok(chardev_map(sp, 0, 4, MAP_SHARED, drv));
	vma = vma_of(sp, 0);
	mmap_write_lock(sp->mm);
	vm_flags_set(vma, flags);
	mmap_write_unlock(sp->mm);
	fails(resize(sp, 0, 4, 5), -EFAULT);
	fails(remap(sp, 0, 4, 5, MREMAP_MAYMOVE, 0), -EFAULT);
	fails(remap(sp, 0, 4, 4, COPY_TO, 10), -EINVAL);
	expect(sp, "{wwww}");
	ok(resize(sp, 0, 4, 3));
	ok(move(sp, 0, 3, 10));
	expect(sp, "..........{www}");
	chardev_balanced(drv);
}

TEST(mremap_args, memory_that_must_not_expand)
{
	not_expandable(test, VM_DONTEXPAND);
}

TEST(mremap_args, sealed_memory_stays)
{
	struct space *sp = layout(test, "[WW]..[WW]");

	shim_use_mm(sp->mm);
	ok(sys_mseal(page_addr(0), 2 * PAGE_SIZE, 0));
	fails(move(sp, 0, 2, 10), -EPERM);
	fails(resize(sp, 0, 2, 1), -EPERM);
	fails(resize(sp, 0, 2, 4), -EPERM);
	/* nor may something be put over it */
	fails(move(sp, 4, 2, 0), -EPERM);
	expect(sp, "[WW]..[WW]");
	ok(look(sp, 0, 2));
	ok(look(sp, 4, 2));
}

TEST(mremap_locked, moved_memory_stays_locked)
{
	struct space *sp = layout(test, "[WWWW]");

	ok(lock(sp, 0, 4));
	ok(move(sp, 1, 2, 10));
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 4UL);
	KUNIT_EXPECT_TRUE(test, vma_of(sp, 10)->vm_flags & VM_LOCKED);
	ok(unmap(sp, 0, 4));
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 2UL);
	ok(look(sp, 10, 2));
}

TEST(mremap_locked, growth_is_counted_and_faulted_in)
{
	struct space *sp = layout(test, "[WW].[RR]");

	ok(lock(sp, 0, 2));
	ok(resize(sp, 0, 2, 3));
	expect(sp, "[WWW][RR]");
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 3UL);
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 3, 5, TO, 10), 10L);
	expect(sp, "...[RR].....[WWWWW]");
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 5UL);
	ok(resize(sp, 10, 5, 1));
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 1UL);
}

/* The emptied source is not locked any more, the copy is. */
TEST(mremap_locked, dontunmap_of_the_whole)
{
	struct space *sp = layout(test, "[WW]");

	ok(lock(sp, 0, 2));
	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, COPY_TO, 10), 10L);
	expect(sp, "[ww]........[WW]");
	KUNIT_EXPECT_FALSE(test, vma_of(sp, 0)->vm_flags & VM_LOCKED);
	KUNIT_EXPECT_TRUE(test, vma_of(sp, 10)->vm_flags & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 2UL);
	ok(unmap(sp, 0, 12));
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 0UL);
}

TEST(mremap_locked, growth_with_lock_on_fault_is_not_faulted_in)
{
	struct space *sp = layout(test, "[WW]");

	shim_use_mm(sp->mm);
	ok(sys_mlock2(page_addr(0), 2 * PAGE_SIZE, MLOCK_ONFAULT));
	ok(resize(sp, 0, 2, 4));
	KUNIT_EXPECT_EQ(test, sp->mm->locked_vm, 4UL);
	expect(sp, "[WWww]");
}

/* A hint that is free is taken; one that is not is as good as none. */
TEST(mremap_args, dontunmap_with_a_hint)
{
	struct space *sp = layout(test, "[WW]..[RR]");
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_DONTUNMAP;
	long page;

	KUNIT_EXPECT_EQ(test, remap(sp, 0, 2, 2, flags, 10), 10L);
	expect(sp, "[ww]..[RR]....[WW]");
	page = remap(sp, 10, 2, 2, flags, 4);
	KUNIT_EXPECT_GT(test, page, 12L);
	expect(sp, "[ww]..[RR]....[ww]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, page), 'A');
}

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

/* What is before it in its own VMA stays, and so does its part of the table. */
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

#define GIB	(1UL << PUD_SHIFT)

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
	KUNIT_ASSERT_EQ(test, raw(sp, from, GIB, GIB, TO, to), (long)to);
	oracle(test);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(sp->mm), tables);
	for (i = 0; i < 3; i++) {
		ok(shim_user_read(sp->mm, to + page[i] * PAGE_SIZE, &value, 1));
		KUNIT_EXPECT_EQ(test, value, 'a' + i);
		folio = folio_of(sp, (long)((to - SPACE_BASE) >> PAGE_SHIFT) + page[i]);
		mapped_at(folio, { sp->mm, to + page[i] * PAGE_SIZE });
	}
}

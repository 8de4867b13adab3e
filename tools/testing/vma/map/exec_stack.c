// SPDX-License-Identifier: GPL-2.0
/* exec's stack, which moves down before it is used. */
#include "internal.h"
#include "vma.h"
#include "test.h"

/* A stack as exec has it while it copies the arguments: rmap does not look at it. */
static struct space *early_stack(struct kunit *test, long page, long nr)
{
	struct space *sp = space_new(test);
	struct vm_area_struct *vma;
	long i;

	ok(map_file(sp, page, nr, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	for (i = 0; i < nr; i++)
		ok(write_page(sp, page + i, 'a' + i));
	vma = vma_of(sp, page);
	mmap_write_lock(sp->mm);
	vm_flags_set(vma, VM_STACK_INCOMPLETE_SETUP);
	mmap_write_unlock(sp->mm);
	return sp;
}

static int relocate(struct space *sp, long page, long down)
{
	struct vm_area_struct *vma = vma_of(sp, page);
	int err;

	mmap_write_lock(sp->mm);
	err = relocate_vma_down(vma, down * PAGE_SIZE);
	vm_flags_clear(vma, VM_STACK_INCOMPLETE_SETUP);
	mmap_write_unlock(sp->mm);
	return err;
}

/* The stack is at page now, and all of it is there and found. */
static void is_at(struct kunit *test, struct space *sp, long page, long nr)
{
	long i;

	oracle(test);
	KUNIT_EXPECT_EQ(test, shim_vm_start(vma_of(sp, page)), page_addr(page));
	KUNIT_EXPECT_EQ(test, shim_vm_end(vma_of(sp, page)), page_addr(page + nr));
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ(test, byte_at(sp, page + i), 'a' + (int)i);
		mapped_at(folio_of(sp, page + i), at(sp, page + i));
	}
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 1);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), (unsigned long)nr);
	KUNIT_EXPECT_EQ(test, charged(), (s64)nr);
}

/* ....[WWWW] -> [WWWW]....: nothing in common with where it was. */
TEST(exec_stack, moves_down_by_more_than_its_size)
{
	struct space *sp = early_stack(test, 20, 4);

	forget(sp, 20, 4);
	ok(relocate(sp, 20, 10));
	expect(sp, "..........[WWWW]");
	is_at(test, sp, 10, 4);
}

TEST(exec_stack, moves_down_by_less_than_its_size)
{
	struct space *sp = early_stack(test, 20, 6);

	forget(sp, 20, 6);
	ok(relocate(sp, 20, 1));
	is_at(test, sp, 19, 6);
	ok(relocate(sp, 19, 5));
	is_at(test, sp, 14, 6);
}

TEST(exec_stack, moves_down_to_another_page_table)
{
	struct space *sp = early_stack(test, 1022, 4);
	unsigned long tables = mm_pgtables_bytes(sp->mm);

	forget(sp, 1022, 4);
	ok(relocate(sp, 1022, 700));
	is_at(test, sp, 322, 4);
	KUNIT_EXPECT_LT(test, mm_pgtables_bytes(sp->mm), tables);
}

/* By a whole page table: the table itself can go, if the stack is alone in it. */
TEST(exec_stack, moves_down_by_a_page_table)
{
	struct space *sp = early_stack(test, 1000, 4);

	forget(sp, 1000, 4);
	ok(relocate(sp, 1000, 512));
	is_at(test, sp, 488, 4);
}

/*
 * The page table that begins at page 512 is shared with what is above, so it must
 * stay when the stack has left it.
 */
TEST(exec_stack, leaves_what_is_above_mapped)
{
	struct space *sp = early_stack(test, 520, 4);

	ok(map(sp, 530, 2, RW));
	ok(touch(sp, 530, 2, 'x'));
	forget(sp, 520, 4);
	ok(relocate(sp, 520, 2));
	ok(relocate(sp, 518, 18));
	oracle(test);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 500), 'a');
	ok(look(sp, 530, 2));
}

TEST(exec_stack, does_not_move_over_another)
{
	struct space *sp = early_stack(test, 20, 4);

	ok(map(sp, 12, 1, PROT_READ));
	fails(relocate(sp, 20, 10), -EFAULT);
	fails(relocate(sp, 20, 8), -EFAULT);
	oracle(test);
	expect(sp, "............[r].......[WWWW]");
	ok(look(sp, 20, 4));
	ok(unmap(sp, 12, 1));
	forget(sp, 20, 4);
	ok(relocate(sp, 20, 10));
	is_at(test, sp, 10, 4);
}

/* It then grows where it is now, as any stack. */
TEST(exec_stack, grows_at_its_new_place)
{
	struct space *sp = early_stack(test, 20, 4);
	int i;

	stack_guard_gap = 2 * PAGE_SIZE;
	forget(sp, 20, 4);
	ok(relocate(sp, 20, 10));
	for (i = 0; i < 4; i++)
		sp->model[10 + i] = 'a' + i;
	ok(write_page(sp, 7, 'x'));
	expect(sp, ".......[WwwWWWW]");
	mapped_at(folio_of(sp, 7), at(sp, 7));
	mapped_at(folio_of(sp, 13), at(sp, 13));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 7UL);
}

/* The process ends after an error, and that must work whatever the state is. */
TEST(exec_stack, without_memory_to_move)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = early_stack(test, 1022, 4);
		oracle_pause(test);
		shim_fail_nth(++nth, false);
		err = relocate(sp, 1022, 700);
		seen = shim_fail_stop();
		if (err)
			fails(err, -ENOMEM);
		failed += !!err;
		/* what the VMA covers is not what was counted, after an error */
		vm_unacct_memory(charged());
		vm_acct_memory(err ? (vma_of(sp, 1022) ?: vma_of(sp, 322)) ?
			       vma_pages(vma_of(sp, 1022) ?: vma_of(sp, 322)) : 0 : 4);
		space_exit(sp);
		oracle_resume(test);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 2UL);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
}

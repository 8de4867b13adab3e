// SPDX-License-Identifier: GPL-2.0
/* fork() of memory of every kind, and who may take over which anon_vma. */
#include <linux/sched/task.h>
#include <linux/syscalls.h>

#include "chardev.h"
#include "internal.h"
#include "test.h"

/* Parent, child and grandchild write the same page in each of the six orders. */
TEST(fork, three_generations_write_in_any_order)
{
	static const int orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	struct folio *folio;
	struct space *gen[3];
	int i, o;

	for (o = 0; o < 6; o++) {
		gen[0] = layout(test, "[WW]");
		gen[1] = space_fork(gen[0]);
		gen[2] = space_fork(gen[1]);
		folio = folio_of(gen[0], 0);
		for (i = 0; i < 3; i++)
			ok(write_page(gen[orders[o][i]], 0, '0' + i));
		for (i = 0; i < 3; i++)
			KUNIT_EXPECT_EQ(test, byte_at(gen[orders[o][i]], 0), '0' + i);
		/* the last of them had the page for itself */
		KUNIT_EXPECT_PTR_EQ(test, folio_of(gen[orders[o][2]], 0), folio);
		mapped_at(folio, at(gen[orders[o][2]], 0));
		mapped_at(folio_of(gen[0], 1), at(gen[0], 1), at(gen[1], 1), at(gen[2], 1));
		for (i = 0; i < 3; i++)
			space_exit(gen[i]);
	}
}

TEST(fork, many_children_of_one_parent,
     NOT_LAZY(own_anon_vma, "lazy_fork.abandoned_by_many_it_is_not_reused"))
{
	struct space *parent = layout(test, "[WWW]"), *child[8];
	struct anon_vma *own = shim_anon_vma(vma_of(parent, 0));
	int i;

	for (i = 0; i < 8; i++) {
		child[i] = space_fork(parent);
		ok(write_page(child[i], 1, '0' + i));
	}
	KUNIT_EXPECT_EQ(test, shim_num_children(own), 9UL);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_of(parent, 0)), 9);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio_of(parent, 1)), 1);
	for (i = 0; i < 8; i += 2)
		space_exit(child[i]);
	KUNIT_EXPECT_EQ(test, shim_num_children(own), 5UL);
	mapped_at(folio_of(parent, 2), at(parent, 2), at(child[1], 2), at(child[3], 2),
		  at(child[5], 2), at(child[7], 2));
	for (i = 1; i < 8; i += 2)
		KUNIT_EXPECT_EQ(test, byte_at(child[i], 1), '0' + i);
}

/* Pages of a sibling are not looked for in the tree of one child. */
TEST(fork, childs_page_is_in_its_own_anon_vma, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WW]"), *child;
	struct anon_vma *own;

	child = space_fork(parent);
	own = shim_anon_vma(vma_of(child, 0));
	ok(write_page(child, 0, 'c'));
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(child, 0)), own);
	KUNIT_EXPECT_PTR_NE(test, folio_anon_vma(folio_of(parent, 0)), own);
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(folio_page(folio_of(child, 0), 0)));
	KUNIT_EXPECT_PTR_EQ(test, folio_anon_vma(folio_of(parent, 1)),
			    shim_anon_vma(vma_of(parent, 0)));
}

/* The dead middle generation has two children: none of theirs may take it over. */
TEST(fork, anon_vma_with_two_children_is_not_reused,
     NOT_LAZY(own_anon_vma, "lazy_fork.abandoned_by_many_it_is_not_reused"))
{
	struct space *parent = layout(test, "[WW]"), *child, *one, *two, *last;
	struct anon_vma *second;

	child = space_fork(parent);
	second = shim_anon_vma(vma_of(child, 0));
	one = space_fork(child);
	two = space_fork(child);
	space_exit(child);
	KUNIT_ASSERT_EQ(test, shim_num_active_vmas(second), 0UL);
	KUNIT_ASSERT_EQ(test, shim_num_children(second), 2UL);
	last = space_fork(one);
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(last, 0)), second);
	KUNIT_EXPECT_EQ(test, nr_chains(vma_of(last, 0)), 4U);
	/* with one of them gone it may */
	space_exit(two);
	space_exit(last);
	last = space_fork(one);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(last, 0)), second);
}

/* One part of the split child lives: its anon_vma is in use. */
TEST(fork, anon_vma_of_a_living_part_is_not_reused,
     NOT_LAZY(own_anon_vma, "lazy_fork.child_splits_merges_and_forks_again"))
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild, *last;
	struct anon_vma *second;

	child = space_fork(parent);
	second = shim_anon_vma(vma_of(child, 0));
	grandchild = space_fork(child);
	ok(protect(child, 2, 2, PROT_READ));
	ok(unmap(child, 0, 2));
	KUNIT_ASSERT_EQ(test, shim_num_active_vmas(second), 1UL);
	last = space_fork(grandchild);
	KUNIT_EXPECT_PTR_NE(test, shim_anon_vma(vma_of(last, 0)), second);
	ok(unmap(child, 2, 2));
	space_exit(last);
	last = space_fork(grandchild);
	KUNIT_EXPECT_PTR_EQ(test, shim_anon_vma(vma_of(last, 0)), second);
}

/* Whoever takes an anon_vma over stays found, and the pages of the dead too. */
TEST(fork, reused_anon_vma_has_both_generations_pages)
{
	struct space *parent = layout(test, "[WWW]"), *child, *grandchild, *last;
	struct folio *folio;

	child = space_fork(parent);
	ok(write_page(child, 1, 'c'));
	grandchild = space_fork(child);
	folio = folio_of(grandchild, 1);
	space_exit(child);
	last = space_fork(grandchild);
	ok(write_page(last, 2, 'l'));
	mapped_at(folio, at(grandchild, 1), at(last, 1));
	mapped_at(folio_of(last, 2), at(last, 2));
	mapped_at(folio_of(parent, 0), at(parent, 0), at(grandchild, 0), at(last, 0));
	space_exit(last);
	mapped_at(folio, at(grandchild, 1));
	ok(look(grandchild, 0, 3));
}

/* A child that forks and exits, over and over: neither chains nor counts grow. */
TEST(fork, endless_line_keeps_the_number_of_anon_vmas)
{
	struct space *sp = layout(test, "[WW].[WW]"), *child;
	int i;

	for (i = 0; i < 30; i++) {
		child = space_fork(sp);
		ok(write_page(child, i % 2, 'x'));
		space_exit(sp);
		sp = child;
		shim_quiesce();
		KUNIT_ASSERT_LE(test, shim_slab_objects("anon_vma"), 6UL);
		KUNIT_ASSERT_LE(test, shim_slab_objects("anon_vma_chain"), 6UL);
	}
	ok(look(sp, 0, 2));
	ok(look(sp, 3, 2));
}

/* The same where the parent lives on and its youngest child forks. */
TEST(fork, line_of_living_generations_is_one_link_longer_each_time)
{
	struct space *sp = layout(test, "[W]");
	unsigned int i;

	for (i = 1; i < 10; i++) {
		KUNIT_ASSERT_EQ(test, nr_chains(vma_of(sp, 0)), i);
		sp = space_fork(sp);
		ok(write_page(sp, 0, i));
		mapped_at(folio_of(sp, 0), at(sp, 0));
	}
}

TEST(fork, dontfork_of_all_leaves_nothing, NOT_POSTED(reads_anon_vma))
{
	struct space *parent = layout(test, "[WW].[rr]"), *child;

	ok(advise(parent, 0, 2, MADV_DONTFORK));
	ok(advise(parent, 3, 2, MADV_DONTFORK));
	child = space_fork(parent);
	expect(child, "");
	KUNIT_EXPECT_EQ(test, shim_map_count(child->mm), 0);
	KUNIT_EXPECT_EQ(test, shim_total_vm(child->mm), 0UL);
	KUNIT_EXPECT_EQ(test, shim_num_children(shim_anon_vma(vma_of(parent, 0))), 1UL);
	ok(map(child, 0, 2, RW));
	ok(touch(child, 0, 2, 'c'));
}

/* [W][WW] first, then last, then between: the tree of the child has the gaps. */
TEST(fork, dontfork_at_either_end)
{
	struct space *parent = layout(test, "[WWWWWW]"), *child;

	ok(advise(parent, 0, 1, MADV_DONTFORK));
	ok(advise(parent, 4, 2, MADV_DONTFORK));
	child = space_fork(parent);
	expect(child, ".[WWW]");
	ok(map(child, 0, 1, RW));
	ok(map(child, 4, 2, RW));
	/* beside inherited memory there is no merging */
	expect(child, "[w][WWW][ww]");
	ok(touch(child, 0, 6, 'c'));
	ok(look(parent, 0, 6));
}

TEST(fork, wipeonfork_is_inherited_and_can_be_taken_back)
{
	struct space *parent = layout(test, "[WWWW]"), *child, *grandchild;

	ok(advise(parent, 0, 2, MADV_WIPEONFORK));
	child = space_fork(parent);
	ok(touch(child, 0, 2, 'c'));
	grandchild = space_fork(child);
	expect(grandchild, "[ww][WW]");
	ok(look(grandchild, 0, 2));
	ok(advise(child, 0, 2, MADV_KEEPONFORK));
	grandchild = space_fork(child);
	ok(look(grandchild, 0, 4));
	KUNIT_EXPECT_EQ(test, byte_at(grandchild, 0), 'c');
}

TEST(fork, wipeonfork_is_for_private_anonymous_memory)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(2);

	ok(map_file(sp, 0, 2, RW, MAP_PRIVATE, file, 0));
	fails(advise(sp, 0, 2, MADV_WIPEONFORK), -EINVAL);
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, file, 0));
	fails(advise(sp, 0, 2, MADV_WIPEONFORK), -EINVAL);
	shim_file_put(file);
}

/* Locks are not inherited, nor is the wish to lock what comes. */
TEST(fork, mlockall_is_not_inherited)
{
	struct space *parent = layout(test, "[WW]"), *child;

	shim_use_mm(parent->mm);
	ok(sys_mlockall(MCL_CURRENT | MCL_FUTURE));
	ok(map(parent, 4, 2, RW));
	expect(parent, "[WW]..[WW]");
	KUNIT_EXPECT_EQ(test, shim_locked_vm(parent->mm), 4UL);
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(child->mm), 0UL);
	ok(map(child, 8, 2, RW));
	expect(child, "[WW]..[WW]..[ww]");
	ok(unmap(child, 0, 6));
	KUNIT_EXPECT_EQ(test, shim_locked_vm(child->mm), 0UL);
}

TEST(fork, opens_what_the_driver_has_in_the_child)
{
	struct space *parent = space_new(test), *child;
	struct chardev *drv = chardev_new(test, 4);

	ok(chardev_map(parent, 0, 4, MAP_SHARED, drv));
	ok(write_page(parent, 1, 'x'));
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, drv->opens, 1);
	KUNIT_EXPECT_PTR_EQ(test, shim_vm_private_data(vma_of(child, 0)), (void *)drv);
	chardev_balanced(drv);
	ok(write_page(child, 2, 'y'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 2), 'y');
	space_exit(parent);
	chardev_balanced(drv);
	KUNIT_EXPECT_EQ(test, drv->closes, 1);
}

/* Each child's mapping is in the tree of the file, behind the parent's. */
TEST(fork, shared_file_pages_are_found_in_all_generations)
{
	struct space *gen[3];
	struct file *file = shim_file_create(4);

	gen[0] = space_new(test);
	ok(map_file(gen[0], 0, 4, RW, MAP_SHARED, file, 0));
	gen[1] = space_fork(gen[0]);
	gen[2] = space_fork(gen[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), 3);
	ok(write_page(gen[2], 1, 'x'));
	KUNIT_EXPECT_EQ(test, byte_at(gen[0], 1), 'x');
	KUNIT_EXPECT_EQ(test, byte_at(gen[1], 1), 'x');
	mapped_at(folio_of(gen[0], 1), at(gen[0], 1), at(gen[1], 1), at(gen[2], 1));
	space_exit(gen[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&file->f_mapping->i_mmap_writable), 2);
	mapped_at(folio_of(gen[0], 1), at(gen[0], 1), at(gen[2], 1));
	shim_file_put(file);
}

/* The child gets no entries of a file: a fault brings them as well. */
TEST(fork, read_only_file_pages_are_left_to_faults)
{
	struct space *parent = space_new(test), *child;
	struct file *file = shim_file_create(4);

	ok(map_file(parent, 0, 4, PROT_READ, MAP_SHARED, file, 0));
	ok(look(parent, 0, 4));
	child = space_fork(parent);
	expect(child, "{rrrr}");
	ok(look(child, 0, 4));
	expect(child, "{RRRR}");
	shim_file_put(file);
}

TEST(fork, memory_without_access_is_copied_too)
{
	struct space *parent = layout(test, "[WW]"), *child;

	ok(protect(parent, 0, 2, PROT_NONE));
	child = space_fork(parent);
	expect(child, "[NN]");
	fails(read_page(child, 0), -EFAULT);
	ok(protect(child, 0, 2, RW));
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), 'B');
	ok(write_page(child, 1, 'c'));
	ok(protect(parent, 0, 2, RW));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'B');
}

/* Made writable by mprotect() after the fork, the page is shared all the same. */
TEST(fork, mprotect_does_not_undo_copy_on_write)
{
	struct space *parent = layout(test, "[WW]"), *child;

	child = space_fork(parent);
	ok(protect(parent, 0, 2, PROT_READ));
	ok(protect(parent, 0, 2, RW));
	ok(write_page(parent, 0, 'p'));
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'A');
	ok(protect(child, 1, 1, PROT_READ));
	ok(protect(child, 1, 1, RW));
	ok(write_page(child, 1, 'c'));
	KUNIT_EXPECT_EQ(test, byte_at(parent, 1), 'B');
}

/* A pinned page stays its owner's: the child gets a copy at once. */
TEST(fork, pinned_page_is_copied_at_once)
{
	struct space *parent = layout(test, "[WW]"), *child;
	struct folio *folio = folio_of(parent, 0);

	KUNIT_ASSERT_PTR_EQ(test, pin_page(parent, 0), folio_page(folio, 0));
	child = space_fork(parent);
	KUNIT_EXPECT_PTR_NE(test, folio_of(child, 0), folio);
	mapped_at(folio, at(parent, 0));
	mapped_at(folio_of(child, 0), at(child, 0));
	mapped_at(folio_of(parent, 1), at(parent, 1), at(child, 1));
	ok(look(child, 0, 2));
	ok(write_page(parent, 0, 'p'));
	KUNIT_EXPECT_PTR_EQ(test, folio_of(parent, 0), folio);
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), 'A');
}

/* [WW][XX][ss]: what the parent counts of each kind, the child does. */
TEST(fork, counts_every_kind_of_memory)
{
	struct space *parent = layout(test, "[WWW].[xx].[rrrr]"), *child;

	ok(map_file(parent, 1000, 5, RW, ANON | MAP_GROWSDOWN, NULL, 0));
	child = space_fork(parent);
	KUNIT_EXPECT_EQ(test, shim_total_vm(child->mm), 14UL);
	KUNIT_EXPECT_EQ(test, shim_data_vm(child->mm), 3UL);
	KUNIT_EXPECT_EQ(test, shim_exec_vm(child->mm), 2UL);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(child->mm), 5UL);
	KUNIT_EXPECT_EQ(test, shim_map_count(child->mm), 4);
	ok(write_page(child, 998, 's'));
	ok(unmap(child, 998, 7));
	KUNIT_EXPECT_EQ(test, shim_stack_vm(child->mm), 0UL);
}

/*
 * Unfaulted in the child, and at the offset that the move has left in the parent:
 *
 *	parent  ..[WW]      moved there from 0, MADV_WIPEONFORK
 *	child   ..[w][r]
 */
TEST(fork, wiped_copy_of_a_moved_vma_splits)
{
	struct space *parent = layout(test, "[WW]"), *child;
	unsigned int warnings;

	ok(move(parent, 0, 2, 2));
	ok(advise(parent, 2, 2, MADV_WIPEONFORK));
	child = space_fork(parent);
	shim_expect_warnings(true);
	ok(protect(child, 3, 1, PROT_READ));
	warnings = shim_expect_warnings(false);
	expect(child, "..[w][r]");
	if (warnings)
		known_bug(SHIM_BUG_WIPED_OFFSET, 20);
	KUNIT_EXPECT_EQ(test, warnings, 0);
}

static int io_thread(void *data)
{
	return 0;
}

/* A core dump waits for the threads that there are, and no other may come. */
TEST(fork, io_thread_of_a_task_that_dies)
{
	static const unsigned int flags[] = { PF_SIGNALED, PF_POSTCOREDUMP };
	int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		current->flags |= flags[i];
		fails(PTR_ERR(create_io_thread(io_thread, NULL, NUMA_NO_NODE)), -EINTR);
		current->flags &= ~flags[i];
	}
}

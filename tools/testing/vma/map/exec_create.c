// SPDX-License-Identifier: GPL-2.0
/* create_init_stack_vma(): the first mapping of a program, made by exec. */
#include "internal.h"
#include "vma.h"
#include "test.h"

#ifdef SHIM_INIT_STACK

static int create(struct space *sp)
{
	struct vm_area_struct *vma = NULL;
	unsigned long top = 0;
	int err;

	op_begin(sp, "execve", NULL);
	err = op_end(create_init_stack_vma(sp->mm, &vma, &top));
	if (!err && (shim_vm_end(vma) != STACK_TOP_MAX || top != shim_vm_end(vma) - sizeof(void *)))
		err = -EINVAL;
	if (err && vma)
		err = -EINVAL;
	return op_done(sp, err);
}

TEST(exec_create, starts_as_one_page_at_the_top)
{
	struct space *sp = space_new(test);
	u8 value = 'x';

	ok(create(sp));
	oracle(test);
	KUNIT_EXPECT_EQ(test, shim_stack_vm(sp->mm), 1UL);
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 1UL);
	KUNIT_EXPECT_EQ(test, charged(), 1LL);
	mmap_read_lock(sp->mm);
	KUNIT_EXPECT_TRUE(test, vma_is_temporary_stack(find_vma(sp->mm, STACK_TOP_MAX - 1)));
	mmap_read_unlock(sp->mm);
	ok(shim_user_write(sp->mm, STACK_TOP_MAX - 1, &value, 1));
}

/* Already there, over the limit, or without memory: nothing is left or charged. */
TEST(exec_create, cannot_be_made_twice)
{
	struct space *sp = space_new(test);

	ok(create(sp));
	fails(create(sp), -ENOMEM);
	oracle(test);
	KUNIT_EXPECT_EQ(test, charged(), 1LL);
}

TEST(exec_create, over_the_limit_is_not_made)
{
	struct space *sp = space_new(test);

	commit_limit(0);
	fails(create(sp), -ENOMEM);
	KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), 0);
	KUNIT_EXPECT_EQ(test, charged(), 0LL);
	commit_limit(1);
	ok(create(sp));
}

TEST(exec_create, without_memory_to_be_made)
{
	unsigned long nth = 0, seen, failed = 0;
	struct space *sp;
	int err;

	do {
		sp = space_new(test);
		shim_fail_nth(++nth, false);
		err = create(sp);
		seen = shim_fail_stop();
		if (err)
			fails(err, -ENOMEM);
		failed += !!err;
		KUNIT_EXPECT_EQ(test, charged(), err ? 0LL : 1LL);
		KUNIT_EXPECT_EQ(test, shim_map_count(sp->mm), !err);
		oracle(test);
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
}

#else

#define WHY "the stack of this tree is made in fs/exec.c, which is not linked"

ABSENT(exec_create, starts_as_one_page_at_the_top, WHY)
ABSENT(exec_create, cannot_be_made_twice, WHY)
ABSENT(exec_create, over_the_limit_is_not_made, WHY)
ABSENT(exec_create, without_memory_to_be_made, WHY)

#endif

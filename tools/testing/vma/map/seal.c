// SPDX-License-Identifier: GPL-2.0
/* mseal(): nothing takes a sealed mapping away, moves it or changes its rights. */
#include "attr.h"
#include "test.h"

/*
 *	[rr][ww][rr]
 *	    ^^^^	sealed
 */
static struct space *sealed_middle(struct kunit *test)
{
	struct space *sp = layout(test, "[rr][WW][rr]");

	ok(seal(sp, 2, 2));
	return sp;
}

TEST(seal, keeps_from_munmap_whatever_the_range)
{
	struct space *sp = sealed_middle(test);

	fails(unmap(sp, 2, 2), -EPERM);
	fails(unmap(sp, 3, 1), -EPERM);
	fails(unmap(sp, 0, 6), -EPERM);
	fails(unmap(sp, 3, 3), -EPERM);
	expect(sp, "[rr][WW][rr]");
	ok(look(sp, 2, 2));
	ok(unmap(sp, 0, 2));
	ok(unmap(sp, 4, 2));
	expect(sp, "..[WW]");
}

TEST(seal, keeps_from_being_mapped_over)
{
	struct space *sp = sealed_middle(test);

	fails(map(sp, 2, 2, RW), -EPERM);
	fails(map(sp, 1, 2, RW), -EPERM);
	fails(move(sp, 0, 2, 2), -EPERM);
	ok(look(sp, 2, 2));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 2), 'C');
}

TEST(seal, keeps_from_mprotect_and_mremap)
{
	struct space *sp = sealed_middle(test);

	fails(protect(sp, 2, 2, PROT_READ), -EPERM);
	fails(protect(sp, 3, 1, PROT_READ), -EPERM);
	fails(move(sp, 2, 2, 10), -EPERM);
	fails(resize(sp, 2, 2, 1), -EPERM);
	ok(write_page(sp, 2, 'x'));
	expect(sp, "[rr][WW][rr]");
}

/* The seal goes with the process, and its child has it too. */
TEST(seal, is_inherited)
{
	struct space *parent = sealed_middle(test), *child = space_fork(parent);

	fails(unmap(child, 2, 2), -EPERM);
	space_exit(parent);
	fails(unmap(child, 0, 6), -EPERM);
	ok(look(child, 2, 2));
}

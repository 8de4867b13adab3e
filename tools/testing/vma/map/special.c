// SPDX-License-Identifier: GPL-2.0
/* install_special_mapping(): the kernel's own pages in a process, as the vDSO is. */
#include "internal.h"
#include "test.h"

static int nr_closed, nr_moved;
static struct page *pages[3];

static void count_close(const struct vm_special_mapping *sm, struct vm_area_struct *vma)
{
	nr_closed++;
}

static int count_move(const struct vm_special_mapping *sm, struct vm_area_struct *vma)
{
	nr_moved++;
	return 0;
}

static const struct vm_special_mapping vdso = {
	.name = "[vdso]",
	.pages = pages,
	.mremap = count_move,
	.close = count_close,
};

/* Two pages of '0' and '1'; beyond them is nothing. */
static void make_pages(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		memset(page_address(pages[i]), '0' + i, PAGE_SIZE);
	}
}

static void free_pages_again(struct kunit *test)
{
	int i;

	shim_quiesce();
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, page_count(pages[i]), 1);
		KUNIT_EXPECT_FALSE(test, folio_mapped(page_folio(pages[i])));
		__free_page(pages[i]);
	}
}

static struct vm_area_struct *install(struct space *sp, long page, long nr, vm_flags_t flags)
{
	struct vm_area_struct *vma;

	mmap_write_lock(sp->mm);
	vma = _install_special_mapping(sp->mm, page_addr(page), nr * PAGE_SIZE,
				       VM_READ | VM_MAYREAD | flags, &vdso);
	mmap_write_unlock(sp->mm);
	return vma;
}

/* A space with it at page 0; the oracle rests, as rmap knows nothing of such pages. */
static struct space *with_vdso(struct kunit *test, long nr)
{
	struct space *sp = space_new(test);

	make_pages();
	oracle_pause(test);
	KUNIT_ASSERT_FALSE(test, IS_ERR(install(sp, 0, nr, 0)));
	return sp;
}

static void end(struct kunit *test, struct space *sp)
{
	space_exit(sp);
	oracle_resume(test);
	free_pages_again(test);
}

TEST(special, pages_come_one_after_the_other)
{
	struct space *sp = with_vdso(test, 3);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '0');
	fails(byte_at(sp, 2), -EIO);
	fails(write_page(sp, 0, 'x'), -EFAULT);
	KUNIT_EXPECT_TRUE(test, vma_is_special_mapping(vma_of(sp, 0), &vdso));
	KUNIT_EXPECT_EQ(test, shim_total_vm(sp->mm), 3UL);
	end(test, sp);
	KUNIT_EXPECT_EQ(test, nr_closed, 1);
}

/* The kernel relies on its size: no part of it can go, and it cannot grow. */
TEST(special, is_not_split_and_does_not_grow)
{
	struct space *sp = with_vdso(test, 2);

	fails(unmap(sp, 0, 1), -EINVAL);
	fails(unmap(sp, 1, 1), -EINVAL);
	fails(protect(sp, 0, 1, PROT_NONE), -EINVAL);
	fails(resize(sp, 0, 2, 3), -EFAULT);
	fails(resize(sp, 0, 2, 1), -EINVAL);
	expect(sp, "[rr]");
	ok(unmap(sp, 0, 2));
	expect(sp, "");
	KUNIT_EXPECT_EQ(test, nr_closed, 1);
	end(test, sp);
}

TEST(special, moves_as_a_whole_and_says_so)
{
	struct space *sp = with_vdso(test, 2);

	KUNIT_EXPECT_EQ(test, byte_at(sp, 1), '1');
	fails(move(sp, 1, 1, 10), -EINVAL);
	ok(move(sp, 0, 2, 10));
	KUNIT_EXPECT_EQ(test, nr_moved, 1);
	KUNIT_EXPECT_EQ(test, byte_at(sp, 11), '1');
	KUNIT_EXPECT_EQ(test, byte_at(sp, 10), '0');
	end(test, sp);
}

TEST(special, does_not_merge_with_its_like)
{
	struct space *sp = with_vdso(test, 2);

	KUNIT_ASSERT_FALSE(test, IS_ERR(install(sp, 2, 2, 0)));
	expect(sp, "[rr][rr]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 3), '1');
	end(test, sp);
	KUNIT_EXPECT_EQ(test, nr_closed, 2);
}

/* mlockall(MCL_FUTURE) is not for it: there is nothing that could be locked. */
TEST(special, is_not_locked)
{
	struct space *sp = space_new(test);

	make_pages();
	oracle_pause(test);
	shim_def_flags(sp->mm) |= VM_LOCKED;
	KUNIT_ASSERT_FALSE(test, IS_ERR(install(sp, 0, 2, 0)));
	KUNIT_EXPECT_FALSE(test, shim_vm_flags(vma_of(sp, 0)) & VM_LOCKED);
	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), 0UL);
	end(test, sp);
}

TEST(special, child_has_it_too)
{
	struct space *sp = with_vdso(test, 2), *child;

	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), '0');
	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, byte_at(child, 1), '1');
	space_exit(sp);
	KUNIT_EXPECT_EQ(test, byte_at(child, 0), '0');
	end(test, child);
	KUNIT_EXPECT_EQ(test, nr_closed, 2);
}

TEST(special, not_over_something_else)
{
	struct space *sp = layout(test, ".[WW]");

	make_pages();
	fails(PTR_ERR_OR_ZERO(install(sp, 0, 2, VM_ACCOUNT)), -ENOMEM);
	oracle(test);
	expect(sp, ".[WW]");
	free_pages_again(test);
}

/* The charge is given back when the VMA cannot be linked. */
TEST(special, without_memory)
{
	unsigned long nth = 0, seen, failed = 0;
	struct vm_area_struct *vma;
	struct space *sp;

	make_pages();
	do {
		sp = layout(test, "[WW]..[RR]");
		shim_fail_nth(++nth, false);
		vma = install(sp, 2, 2, VM_ACCOUNT);
		seen = shim_fail_stop();
		failed += IS_ERR(vma);
		KUNIT_EXPECT_EQ(test, charged(),
				IS_ERR(vma) ? 2LL : 4LL);
		oracle(test);
		expect(sp, IS_ERR(vma) ? "[WW]..[RR]" : "[WW][rr][RR]");
		space_exit(sp);
	} while (seen >= nth);
	KUNIT_EXPECT_GT(test, failed, 0UL);
	free_pages_again(test);
}

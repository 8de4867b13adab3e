// SPDX-License-Identifier: GPL-2.0
/*
 * What a process asked for, in its child and in the program that it executes: of each kind
 * how it is asked for, and how memory that is mapped later shows that it is there.
 *
 * mm_init() of kernel/fork.c decides for what is of the mm: mmf_init_legacy_flags() and
 * VM_INIT_DEF_MASK. What is of a VMA is decided by dup_mmap(), and no program is executed in it.
 */
#include <linux/ksm.h>
#include <linux/mm_inline.h>
#include <linux/syscalls.h>

#include "attr.h"
#include "internal.h"
#include "pages.h"
#include "test.h"

/* New memory is mapped here, away from the layout. */
#define NEW	(2 * HUGE_NR)

struct kind {
	int (*ask)(struct space *sp);
	bool (*has)(struct space *sp);
};

/* What execve() does for memory before it maps the stack, and the end of the old mm. */
static struct space *execute(struct space *sp)
{
	struct kunit *test = sp->test;
	struct space *next;
	int err;

	shim_use_mm(sp->mm);
	next = space_new(test);
	op_begin(next, "execve", NULL);
	mmap_write_lock(next->mm);
	err = ksm_execve(next->mm);	/* called where the stack is mapped */
	mmap_write_unlock(next->mm);
	ok(op_done(next, op_end(err)));
	space_exit(sp);
	shim_use_mm(next->mm);
	return next;
}

static struct space *asked(struct kunit *test, const struct kind *kind)
{
	struct space *sp = layout(test, "[WWWW]");

	KUNIT_ASSERT_FALSE(test, kind->has(sp));
	ok(kind->ask(sp));
	KUNIT_ASSERT_TRUE(test, kind->has(sp));
	return sp;
}

/* The child has it or not, its child too, and the parent keeps it. */
static void by_fork(struct kunit *test, const struct kind *kind, bool keeps)
{
	struct space *sp = asked(test, kind), *child;

	child = space_fork(sp);
	KUNIT_EXPECT_EQ(test, kind->has(child), keeps);
	KUNIT_EXPECT_EQ(test, kind->has(space_fork(child)), keeps);
	KUNIT_EXPECT_TRUE(test, kind->has(sp));
}

/* The program has it or not, and so its child. */
static void by_exec(struct kunit *test, const struct kind *kind, bool keeps)
{
	struct space *next = execute(asked(test, kind));

	KUNIT_EXPECT_EQ(test, kind->has(next), keeps);
	next = space_fork(next);
	KUNIT_EXPECT_EQ(test, kind->has(next), keeps);
}

#define KEEPS(by, kind, ...) \
	TEST(inherit, by##_keeps_##kind, ##__VA_ARGS__) { by(test, &kind, true); }
#define LOSES(by, kind, ...) \
	TEST(inherit, by##_loses_##kind, ##__VA_ARGS__) { by(test, &kind, false); }

static vm_flags_t flags_of_new(struct space *sp)
{
	struct kunit *test = sp->test;

	ok(map(sp, NEW, 2, RW));
	return shim_vm_flags(vma_of(sp, NEW));
}

static int set(struct space *sp, int flag)
{
	shim_set_mm_flag(sp->mm, flag);
	return 0;
}

/* prctl(PR_SET_MEMORY_MERGE): ksmd finds pages of new memory, too */
static bool is_merged(struct space *sp)
{
	struct kunit *test = sp->test;
	bool mergeable = flags_of_new(sp) & VM_MERGEABLE, merged;

	ok(touch(sp, NEW, 1, 'm'));
	ok(touch(sp, NEW + 1, 1, 'm'));
	merge_ksm(test);
	merged = folio_of(sp, NEW) == folio_of(sp, NEW + 1);
	KUNIT_EXPECT_EQ(test, merged, mergeable);
	ok(unmap(sp, NEW, 2));
	/* which drops a process that has nothing to merge, until it maps something */
	merge_ksm(test);
	return merged;
}

static const struct kind merge_any_memory = { merge_any, is_merged };
KEEPS(by_fork, merge_any_memory, NEEDS(CONFIG_KSM))
KEEPS(by_exec, merge_any_memory, NEEDS(CONFIG_KSM))

/* and PR_SET_MEMORY_MERGE can be taken back, for who inherited it */
static int merge_and_not(struct space *sp)
{
	struct kunit *test = sp->test;
	struct space *child;

	ok(merge_any(sp));
	child = space_fork(sp);
	ok(merge_none(child));
	KUNIT_EXPECT_FALSE(test, is_merged(child));
	return 0;
}

static const struct kind merging_that_a_child_gave_up = { merge_and_not, is_merged };
KEEPS(by_fork, merging_that_a_child_gave_up, NEEDS(CONFIG_KSM))

/* prctl(PR_SET_THP_DISABLE) */
#ifdef MMF_DISABLE_THP	/* the only kind of kernels before 6.18 */
#define MMF_DISABLE_THP_COMPLETELY	MMF_DISABLE_THP
#define MMF_DISABLE_THP_EXCEPT_ADVISED	MMF_DISABLE_THP
#define EXCEPT_ADVISED	.skip = "PR_THP_DISABLE_EXCEPT_ADVISED came with 6.18"
#else
#define EXCEPT_ADVISED	NEEDS(CONFIG_TRANSPARENT_HUGEPAGE)
#endif

static int disable_thp(struct space *sp)
{
	return set(sp, MMF_DISABLE_THP_COMPLETELY);
}

/* Order of the folio that a fault gives in a whole PMD of new memory. */
static unsigned int order_of_new(struct space *sp, bool advised)
{
	struct kunit *test = sp->test;
	unsigned int order;

	ok(map(sp, NEW, HUGE_NR, RW));
	if (advised)
		ok(advise(sp, NEW, HUGE_NR, MADV_HUGEPAGE));
	ok(write_page(sp, NEW, 'h'));
	order = folio_order(folio_of(sp, NEW));
	ok(unmap(sp, NEW, HUGE_NR));
	return order;
}

static bool is_small(struct space *sp)
{
	return !order_of_new(sp, true);
}

static const struct kind no_huge_pages = { disable_thp, is_small };
KEEPS(by_fork, no_huge_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
KEEPS(by_exec, no_huge_pages, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))

static int disable_unadvised_thp(struct space *sp)
{
	large_folios(sp, HUGE_ORDER);
	return set(sp, MMF_DISABLE_THP_EXCEPT_ADVISED);
}

static bool is_small_unadvised(struct space *sp)
{
	large_folios(sp, HUGE_ORDER);
	KUNIT_EXPECT_EQ(sp->test, order_of_new(sp, true), HUGE_ORDER);
	return !order_of_new(sp, false);
}

static const struct kind huge_pages_where_advised = { disable_unadvised_thp, is_small_unadvised };
KEEPS(by_fork, huge_pages_where_advised, EXCEPT_ADVISED)
KEEPS(by_exec, huge_pages_where_advised, EXCEPT_ADVISED)

/* prctl(PR_SET_MDWE) */
static int refuse_exec_gain(struct space *sp)
{
	return set(sp, MMF_HAS_MDWE);
}

static int refuse_exec_gain_itself(struct space *sp)
{
	set(sp, MMF_HAS_MDWE_NO_INHERIT);
	return set(sp, MMF_HAS_MDWE);
}

/* Neither a new mapping nor mprotect() makes memory executable that one may have written to. */
static bool is_refused(struct space *sp)
{
	struct kunit *test = sp->test;
	bool refused;

	ok(map(sp, NEW, 2, RW));
	refused = protect(sp, NEW, 2, PROT_READ | PROT_EXEC) == -EACCES;
	ok(unmap(sp, NEW, 2));
	KUNIT_EXPECT_EQ(test, map(sp, NEW, 2, RW | PROT_EXEC), refused ? -EACCES : 0);
	ok(map(sp, NEW, 2, PROT_READ | PROT_EXEC));
	ok(protect(sp, NEW, 2, PROT_READ));
	KUNIT_EXPECT_EQ(test, protect(sp, NEW, 2, PROT_READ | PROT_EXEC), refused ? -EACCES : 0);
	ok(unmap(sp, NEW, 2));
	return refused;
}

static const struct kind refused_exec_gain = { refuse_exec_gain, is_refused };
KEEPS(by_fork, refused_exec_gain)
KEEPS(by_exec, refused_exec_gain)

static const struct kind what_mdwe_calls_no_inherit = { refuse_exec_gain_itself, is_refused };
LOSES(by_fork, what_mdwe_calls_no_inherit)
LOSES(by_exec, what_mdwe_calls_no_inherit)

/* mlockall(MCL_FUTURE), also MCL_ONFAULT */
static int lock_future(struct space *sp)
{
	shim_use_mm(sp->mm);
	return sys_mlockall(MCL_FUTURE);
}

static int lock_future_on_fault(struct space *sp)
{
	shim_use_mm(sp->mm);
	return sys_mlockall(MCL_FUTURE | MCL_ONFAULT);
}

static bool is_locked(struct space *sp)
{
	vm_flags_t flags = flags_of_new(sp);
	struct kunit *test = sp->test;

	KUNIT_EXPECT_EQ(test, shim_locked_vm(sp->mm), flags & VM_LOCKED ? 2UL : 0UL);
	KUNIT_EXPECT_EQ(test, !!folio_of(sp, NEW),
			(flags & (VM_LOCKED | VM_LOCKONFAULT)) == VM_LOCKED);
	ok(unmap(sp, NEW, 2));
	return flags & VM_LOCKED;
}

static const struct kind future_locks = { lock_future, is_locked };
LOSES(by_fork, future_locks)
LOSES(by_exec, future_locks)

static const struct kind future_locks_on_fault = { lock_future_on_fault, is_locked };
LOSES(by_fork, future_locks_on_fault)
LOSES(by_exec, future_locks_on_fault)

/* KVM of s390, whose page tables know no huge pages */
static int default_to_nohugepage(struct space *sp)
{
	shim_def_flags(sp->mm) |= VM_NOHUGEPAGE;
	return 0;
}

static bool is_nohugepage(struct space *sp)
{
	return flags_of_new(sp) & VM_NOHUGEPAGE;
}

static const struct kind default_of_nohugepage = { default_to_nohugepage, is_nohugepage };
KEEPS(by_fork, default_of_nohugepage, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
KEEPS(by_exec, default_of_nohugepage, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))

/* /proc/pid/coredump_filter */
static int dump_file_pages(struct space *sp)
{
	return set(sp, MMF_DUMP_MAPPED_SHARED);
}

static bool dumps_file_pages(struct space *sp)
{
	return shim_mm_flag(sp->mm, MMF_DUMP_MAPPED_SHARED);
}

static const struct kind what_core_dumps_have = { dump_file_pages, dumps_file_pages };
KEEPS(by_fork, what_core_dumps_have)
KEEPS(by_exec, what_core_dumps_have)

/* No wish, but what befell the mm: fork() looks at the flag for each page that it copies. */
static int pin_one(struct space *sp)
{
	return pin_page(sp, 0) ? 0 : -EFAULT;
}

static bool was_pinned(struct space *sp)
{
	return shim_mm_flag(sp->mm, MMF_HAS_PINNED);
}

static const struct kind that_it_was_pinned = { pin_one, was_pinned };
LOSES(by_fork, that_it_was_pinned)
LOSES(by_exec, that_it_was_pinned)

/* What is of a VMA: pages 1 and 2 of the layout */
static bool has_flags(struct space *sp, vm_flags_t flags)
{
	return (shim_vm_flags(vma_of(sp, 1)) & flags) == flags;
}

/* A kind that a call asks for, and that a flag of the VMA shows. */
#define FLAG(name, call, flag)						\
static int ask_##name(struct space *sp)					\
{									\
	return call;							\
}									\
static bool has_##name(struct space *sp)				\
{									\
	return has_flags(sp, flag);					\
}									\
static const struct kind name = { ask_##name, has_##name };

FLAG(random_access, advise(sp, 1, 2, MADV_RANDOM), VM_RAND_READ)
KEEPS(by_fork, random_access)
FLAG(sequential_access, advise(sp, 1, 2, MADV_SEQUENTIAL), VM_SEQ_READ)
KEEPS(by_fork, sequential_access)
FLAG(dontdump, advise(sp, 1, 2, MADV_DONTDUMP), VM_DONTDUMP)
KEEPS(by_fork, dontdump)
FLAG(hugepage, advise(sp, 1, 2, MADV_HUGEPAGE), VM_HUGEPAGE)
KEEPS(by_fork, hugepage, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
FLAG(nohugepage, advise(sp, 1, 2, MADV_NOHUGEPAGE), VM_NOHUGEPAGE)
KEEPS(by_fork, nohugepage, NEEDS(CONFIG_TRANSPARENT_HUGEPAGE))
FLAG(locks, lock(sp, 1, 2), VM_LOCKED)
LOSES(by_fork, locks)
FLAG(locks_on_fault, lock_on_fault(sp, 1, 2), VM_LOCKONFAULT)
LOSES(by_fork, locks_on_fault)

static int merge_two(struct space *sp)
{
	return advise(sp, 1, 2, MADV_MERGEABLE);
}

/* ksmd has to know the child, too */
static bool merges_two(struct space *sp)
{
	struct kunit *test = sp->test;

	ok(touch(sp, 1, 2, 'm'));
	merge_ksm(test);
	return folio_of(sp, 1) == folio_of(sp, 2);
}

static const struct kind mergeable = { merge_two, merges_two };
KEEPS(by_fork, mergeable, NEEDS(CONFIG_KSM))

static int seal_two(struct space *sp)
{
	return seal(sp, 1, 2);
}

static bool is_sealed(struct space *sp)
{
	return protect(sp, 1, 1, PROT_READ) == -EPERM;
}

static const struct kind seals = { seal_two, is_sealed };
KEEPS(by_fork, seals)

static int name_two(struct space *sp)
{
	return name_range(sp, 1, 2, "two");
}

static bool is_named(struct space *sp)
{
	struct vm_area_struct *vma = vma_of(sp, 1);
	struct anon_vma_name *name;
	bool is;

	mmap_read_lock(sp->mm);
	name = anon_vma_name(vma);
	is = name && !strcmp(name->name, "two");
	mmap_read_unlock(sp->mm);
	return is;
}

static const struct kind names = { name_two, is_named };
KEEPS(by_fork, names, NEEDS(CONFIG_ANON_VMA_NAME))

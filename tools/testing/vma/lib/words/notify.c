// SPDX-License-Identifier: GPL-2.0
/* An MMU notifier that calls back once, see notify.h. */
#include "notify.h"

#ifdef CONFIG_MMU_NOTIFIER
static int about_to_change(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct notify *n = container_of(mn, struct notify, mn);
	void (*fn)(void *) = n->fn;

	n->fn = NULL;
	if (fn)
		fn(n->data);
	return 0;
}

static const struct mmu_notifier_ops ops = {
	.invalidate_range_start = about_to_change,
};
#endif

/**
 * notify_begin() - call back when page tables of a space are about to change
 * @n: filled in
 * @sp: the space, which must not end before notify_end()
 * @fn: called once, before the first change of entries and after that of the VMAs
 * @data: argument of @fn
 *
 * The registration has a reference to the mm that the oracle does not count, so it must
 * not run before notify_end().
 *
 * Skips the case where MMU notifiers are not built in.
 */
void notify_begin(struct notify *n, struct space *sp, void (*fn)(void *), void *data)
{
	struct kunit *test = sp->test;

	needs(CONFIG_MMU_NOTIFIER);
	*n = (struct notify) { .sp = sp, .fn = fn, .data = data };
#ifdef CONFIG_MMU_NOTIFIER
	n->mn.ops = &ops;
	ok(mmu_notifier_register(&n->mn, sp->mm));
#endif
}

/**
 * notify_end() - unregister, and expect that the function was called
 * @n: the notifier of notify_begin()
 */
void notify_end(struct notify *n)
{
	struct kunit *test = n->sp->test;

	KUNIT_EXPECT_NULL_MSG(test, n->fn, "no page table was about to change");
#ifdef CONFIG_MMU_NOTIFIER
	mmu_notifier_unregister(&n->mn, n->sp->mm);
#endif
}

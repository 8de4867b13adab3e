/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree's header, with one addition for TSan. mm_lock_seqcount_end() publishes all
 * that was done under mmap_lock by smp_wmb() and a plain store, of which TSan sees
 * neither. Before these it asserts to be the only writer of the sequence count: here
 * the assertion releases all stores before it to readers that acquire the count.
 */
#include_next <linux/kcsan-checks.h>

#if defined(__SANITIZE_THREAD__) && !defined(SHIM_KCSAN_CHECKS_H)
#define SHIM_KCSAN_CHECKS_H

void __tsan_release(void *addr);

#undef ASSERT_EXCLUSIVE_WRITER
#define ASSERT_EXCLUSIVE_WRITER(var)					\
do {									\
	if (__builtin_types_compatible_p(typeof(var), struct seqcount)) \
		__tsan_release((void *)&(var));				\
} while (0)
#endif

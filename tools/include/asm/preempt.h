/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree's generic preempt_count. RCU waits for sections without preemption too:
 * up_read() relies on that when the task that it wakes frees the lock.
 */
#ifndef __ASM_SHIM_PREEMPT_H
#define __ASM_SHIM_PREEMPT_H

#define __preempt_count_add		__generic_preempt_count_add
#define __preempt_count_sub		__generic_preempt_count_sub
#define __preempt_count_add_return	__generic_preempt_count_add_return
#define __preempt_count_sub_return	__generic_preempt_count_sub_return
#define __preempt_count_dec_and_test	__generic_preempt_count_dec_and_test
#include <asm-generic/preempt.h>
#undef __preempt_count_add
#undef __preempt_count_sub
#undef __preempt_count_add_return
#undef __preempt_count_sub_return
#undef __preempt_count_dec_and_test

/* Set before the second task starts: a single task needs no grace period to wait for it. */
extern int shim_preempt_watched;
void shim_preempt_off(void);
void shim_preempt_on(void);

static __always_inline bool shim_preempt_changes(void)
{
	return unlikely(__atomic_load_n(&shim_preempt_watched, __ATOMIC_RELAXED)) &&
	       !*preempt_count_ptr();
}

static __always_inline void __preempt_count_add(int val)
{
	if (shim_preempt_changes())
		shim_preempt_off();
	__generic_preempt_count_add(val);
}

static __always_inline void __preempt_count_sub(int val)
{
	__generic_preempt_count_sub(val);
	if (shim_preempt_changes())
		shim_preempt_on();
}

static __always_inline int __preempt_count_add_return(int val)
{
	__preempt_count_add(val);
	return *preempt_count_ptr();
}

static __always_inline int __preempt_count_sub_return(int val)
{
	__preempt_count_sub(val);
	return *preempt_count_ptr();
}

static __always_inline bool __preempt_count_dec_and_test(void)
{
	__preempt_count_sub(1);
	return !*preempt_count_ptr() && tif_need_resched();
}

#endif /* __ASM_SHIM_PREEMPT_H */

// SPDX-License-Identifier: GPL-2.0
/* kernel/fork.c, and a way in to what it keeps to itself. */
#include "kernel/fork.c"

struct mm_struct *shim_dup_mm(struct task_struct *tsk, struct mm_struct *oldmm);

struct mm_struct *shim_dup_mm(struct task_struct *tsk, struct mm_struct *oldmm)
{
	return dup_mm(tsk, oldmm);
}

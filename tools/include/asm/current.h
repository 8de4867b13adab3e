/* SPDX-License-Identifier: GPL-2.0 */
/* The running task: a thread-local pointer, as each task is a thread of the host. */
#ifndef __ASM_CURRENT_H
#define __ASM_CURRENT_H

struct task_struct;

extern __thread struct task_struct *shim_current;

static __always_inline struct task_struct *get_current(void)
{
	return shim_current;
}

#define current get_current()

#define current_stack_pointer ((unsigned long)__builtin_frame_address(0))

#endif /* __ASM_CURRENT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of address spaces, the machine's part of a task, and cpu_relax(). */
#ifndef __ASM_PROCESSOR_H
#define __ASM_PROCESSOR_H

#include <linux/types.h>
#include <asm/page.h>

struct pt_regs;
struct task_struct;

/* 47 bits of user addresses without the last page, as on x86-64. */
#define TASK_SIZE_MAX		((1UL << 47) - PAGE_SIZE)
#define TASK_SIZE		TASK_SIZE_MAX
#define TASK_UNMAPPED_BASE	PAGE_ALIGN(TASK_SIZE / 3)
#define STACK_TOP		TASK_SIZE
#define STACK_TOP_MAX		STACK_TOP

struct host_thread;
struct shim_sched_ops;

/**
 * struct thread_struct - the machine's part of a task
 * @sched: operations by which the task is scheduled, see shim/sched.h
 * @host: its thread of the host, NULL if it does not run
 * @racer: its number in a race plus one, or 0
 */
struct thread_struct {
	const struct shim_sched_ops *sched;
	struct host_thread *host;
	int racer;
};

extern const struct shim_sched_ops shim_free_running;

#define INIT_THREAD { .sched = &shim_free_running }

void shim_cpu_relax(void);
#define cpu_relax()		shim_cpu_relax()

#define cache_line_size()	L1_CACHE_BYTES
#define KSTK_EIP(tsk)		(0UL)
#define KSTK_ESP(tsk)		(0UL)

static inline void start_thread(struct pt_regs *regs, unsigned long ip,
				unsigned long sp)
{
}

static inline unsigned long __get_wchan(struct task_struct *p)
{
	return 0;
}

#endif /* __ASM_PROCESSOR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks, signals and credentials: the room mm_shim/kernel/tasks. */
#ifndef SHIM_TASKS_H
#define SHIM_TASKS_H

#include <linux/mm_types.h>
#include <linux/sched.h>

/* tasks (task.c) */
void shim_task_boot(void);
struct task_struct *shim_task_create(const char *name);

/* processes, and the signals that memory failure sends them (signal.c) */
struct shim_signal {
	struct task_struct *task;
	int sig;
	int code;
	unsigned long addr;
	short lsb;
};
#define SHIM_MAX_SIGNALS	16
struct task_struct *shim_process_create(const char *name, struct mm_struct *mm);
void shim_process_end(struct task_struct *task);
int shim_signals(const struct shim_signal **signals);

/* capabilities (cred.c) */
void shim_drop_rights(void);

#endif /* SHIM_TASKS_H */

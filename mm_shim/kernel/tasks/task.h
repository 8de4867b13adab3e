/* SPDX-License-Identifier: GPL-2.0 */
/* What tasks are to the rest of the machine alone. */
#ifndef SHIM_TASK_H
#define SHIM_TASK_H

unsigned long shim_task_mould(unsigned long addr);

#endif /* SHIM_TASK_H */

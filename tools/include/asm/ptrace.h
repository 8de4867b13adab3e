/* SPDX-License-Identifier: GPL-2.0 */
/* User registers: only those that mm/ asks for, as no user code runs. */
#ifndef __ASM_PTRACE_H
#define __ASM_PTRACE_H

struct pt_regs {
	unsigned long ip;
	unsigned long sp;
	bool user;
};

#define user_mode(regs)			((regs)->user)
#define instruction_pointer(regs)	((regs)->ip)
#define user_stack_pointer(regs)	((regs)->sp)
#define profile_pc(regs)		((regs)->ip)
#define kernel_stack_pointer(regs)	((regs)->sp)
#define regs_return_value(regs)		0UL
#define current_pt_regs()		((struct pt_regs *)NULL)
#define task_pt_regs(task)		((struct pt_regs *)NULL)

#endif /* __ASM_PTRACE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * WARN and BUG call the machine (mm_shim/kernel/report/report.c), which fails the case.
 * Without an architecture's trap instruction the generic WARN calls extern functions
 * already; only BUG() has to be defined.
 */
#ifndef __ASM_BUG_H
#define __ASM_BUG_H

#ifdef CONFIG_BUG
void __noreturn shim_bug(const char *file, int line, const char *func);

#define HAVE_ARCH_BUG
#define BUG() shim_bug(__FILE__, __LINE__, __func__)
#endif

#include <asm-generic/bug.h>

#endif /* __ASM_BUG_H */

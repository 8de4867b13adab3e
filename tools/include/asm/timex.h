/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_TIMEX_H
#define __ASM_TIMEX_H

/* The machine's time, which moves only while a task sleeps: the same seed repeats a run. */
unsigned long shim_cycles(void);

typedef unsigned long cycles_t;

static inline cycles_t get_cycles(void)
{
	return shim_cycles();
}
#define get_cycles get_cycles

#endif /* __ASM_TIMEX_H */

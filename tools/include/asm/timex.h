/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_TIMEX_H
#define __ASM_TIMEX_H

/* Machine time moves only when the machine says so: seeds repeat a run. */
unsigned long shim_cycles(void);

typedef unsigned long cycles_t;

static inline cycles_t get_cycles(void)
{
	return shim_cycles();
}
#define get_cycles get_cycles

#endif /* __ASM_TIMEX_H */

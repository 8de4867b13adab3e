/* SPDX-License-Identifier: GPL-2.0 */
/* The choice between two spellings by an answer of scripts/build/probes. */
#ifndef __ASM_SHIM_IF_H
#define __ASM_SHIM_IF_H

#include <linux/args.h>
#include <linux/kconfig.h>

/* SHIM_IF(PROBE, a, b): the tokens a where the tree's answer is yes, b otherwise */
#define SHIM_IF(probe, a, b)	CONCATENATE(__SHIM_IF_, __is_defined(probe))(a, b)
#define __SHIM_IF_1(a, b)	a
#define __SHIM_IF_0(a, b)	b

#endif /* __ASM_SHIM_IF_H */

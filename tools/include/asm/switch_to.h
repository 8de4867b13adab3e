/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_SWITCH_TO_H
#define __ASM_SWITCH_TO_H
#endif /* __ASM_SWITCH_TO_H */

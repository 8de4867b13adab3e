/* SPDX-License-Identifier: GPL-2.0 */
/* No user registers, so no signal frame. */
#ifndef _UAPI__ASM_SIGCONTEXT_H
#define _UAPI__ASM_SIGCONTEXT_H

struct sigcontext {
	unsigned long unused;
};

#endif

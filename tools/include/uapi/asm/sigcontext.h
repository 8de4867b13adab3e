/* SPDX-License-Identifier: GPL-2.0 */
/* Signal frames are never made, as no user code runs. */
#ifndef _UAPI__ASM_SIGCONTEXT_H
#define _UAPI__ASM_SIGCONTEXT_H

struct sigcontext {
	unsigned long unused;
};

#endif

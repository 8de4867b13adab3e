/* SPDX-License-Identifier: GPL-2.0 */
/* How a walk locks the anon_vma of a folio, in the tree and with the posted series. */
#ifndef ANON_LOCK_H
#define ANON_LOCK_H

#include <linux/rmap.h>

/* The posted series has it under another name and type, see lib/posted.c. */
#ifdef CONFIG_POSTED_RMAP
#define ANON_LOCK folio_lock_anon_rmap_read
#else
#define ANON_LOCK folio_lock_anon_vma_read
#endif

#endif

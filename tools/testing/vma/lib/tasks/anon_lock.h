/* SPDX-License-Identifier: GPL-2.0 */
/* The function by which a walk locks the anon_vma of a folio. */
#ifndef ANON_LOCK_H
#define ANON_LOCK_H

#include <linux/rmap.h>

/* The posted series has it under another name and type, see oracle/posted.c. */
#ifdef CONFIG_POSTED_RMAP
#define ANON_LOCK folio_lock_anon_rmap_read
#define lock_anon_vma(folio, rwc) \
	anon_rmap_to_anon_vma(folio_lock_anon_rmap_read(folio, rwc))
#else
#define ANON_LOCK folio_lock_anon_vma_read
#define lock_anon_vma(folio, rwc) folio_lock_anon_vma_read(folio, rwc)
#endif

#endif

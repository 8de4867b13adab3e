/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of VMAs that decide about merges, beside rights and pages: a name, a seal,
 * locks, soft-dirty. Drivers with flags and hooks of their own are in chardev.h.
 */
#ifndef VMA_ATTR_H
#define VMA_ATTR_H

#include "words.h"

/* system calls, as those of words.h (attr.c) */
int name_range(struct space *sp, long page, long nr, const char *name);
int seal(struct space *sp, long page, long nr);
int set_anon_vma_name(unsigned long addr, unsigned long size, const char __user *uname);
int lock_on_fault(struct space *sp, long page, long nr);
void clear_refs(struct space *sp);
int merge_any(struct space *sp);
int merge_none(struct space *sp);

#endif /* VMA_ATTR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User accesses walk the page tables of current->mm in software, and fault where
 * the entry does not allow the access (mm_shim/kernel/memory/mmu.c).
 */
#ifndef __ASM_UACCESS_H
#define __ASM_UACCESS_H

#include <linux/compiler.h>
#include <linux/string.h>

unsigned long shim_copy_from_user(void *to, unsigned long from,
				  unsigned long n);
unsigned long shim_copy_to_user(unsigned long to, const void *from,
				unsigned long n);
unsigned long shim_clear_user(unsigned long to, unsigned long n);

#define INLINE_COPY_FROM_USER
#define INLINE_COPY_TO_USER

static __always_inline unsigned long
raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return shim_copy_from_user(to, (unsigned long)from, n);
}

static __always_inline unsigned long
raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return shim_copy_to_user((unsigned long)to, from, n);
}

static inline unsigned long __clear_user(void __user *to, unsigned long n)
{
	return shim_clear_user((unsigned long)to, n);
}
#define __clear_user __clear_user

#include <asm-generic/uaccess.h>

#endif /* __ASM_UACCESS_H */

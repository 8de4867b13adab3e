// SPDX-License-Identifier: GPL-2.0
/*
 * mm/userfaultfd.c or, where a tree has that too, fs/userfaultfd.c: only the first
 * is compiled with the headers of mm/ in its path. And the initcall of the one
 * that has it.
 */
#if __has_include("vma.h")
#include "mm/userfaultfd.c"
#else
#include "fs/userfaultfd.c"
#endif

#ifdef _LINUX_MISCDEVICE_H
void shim_init_userfaultfd(void);

void shim_init_userfaultfd(void)
{
	userfaultfd_init();
}
#endif

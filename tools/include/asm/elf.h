/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __ASM_ELF_H
#define __ASM_ELF_H

#include <linux/types.h>

#define ELF_ARCH		EM_X86_64
#define ELF_CLASS		ELFCLASS64
#define ELF_DATA		ELFDATA2LSB
#define ELF_EXEC_PAGESIZE	4096
#define ELF_ET_DYN_BASE		(TASK_SIZE / 3 * 2)
#define ELF_HWCAP		0
#define ELF_PLATFORM		NULL
#define elf_check_arch(x)	((x)->e_machine == ELF_ARCH)

typedef unsigned long elf_greg_t;
typedef elf_greg_t elf_gregset_t[27];
typedef struct { unsigned long unused; } elf_fpregset_t;

#endif /* __ASM_ELF_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Boot code has no sections here, and initcalls are in no list: mm_shim/kernel/boot/boot.c
 * calls by name those that it needs. So the linker can drop each boot function that nobody
 * calls, where one that is called would keep its whole section, with all that it refers to.
 */
#ifndef __SHIM_LINUX_INIT_H
#define __SHIM_LINUX_INIT_H

#include_next <linux/init.h>

#undef __init
#undef __initdata
#undef __initconst
#undef __exit
#undef __exitdata
#undef __exit_call
#undef __ref
#undef __refdata
#undef __refconst
#undef __meminit
#undef __meminitdata
#undef ___define_initcall
#undef __exitcall
#undef __setup_param

#define __init
#define __initdata
#define __initconst
#define __exit
#define __exitdata
#define __exit_call
#define __ref
#define __refdata
#define __refconst
#define __meminit
#define __meminitdata
#define ___define_initcall(fn, id, sec)
#define __exitcall(fn)
#define __setup_param(str, unique_id, fn, early)

#endif /* __SHIM_LINUX_INIT_H */

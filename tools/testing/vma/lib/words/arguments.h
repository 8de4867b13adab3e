/* SPDX-License-Identifier: GPL-2.0 */
/* The arguments of system calls in words, for what a failure prints. */
#ifndef VMA_ARGUMENTS_H
#define VMA_ARGUMENTS_H

const char *prot_text(unsigned long prot);
const char *map_flags_text(unsigned long flags);
const char *mremap_flags_text(unsigned long flags);
const char *advice_text(int advice);

#endif /* VMA_ARGUMENTS_H */

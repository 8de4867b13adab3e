/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FUZZ_APART_H
#define FUZZ_APART_H

#include <stdbool.h>
#include <stddef.h>

bool has_lazy(void);
void apart_begin(char *reason, size_t size);
void apart_forget_log(void);
bool apart(void (*body)(void *), void *arg, unsigned int timeout, void (*tick)(void), char **log);

#endif /* FUZZ_APART_H */

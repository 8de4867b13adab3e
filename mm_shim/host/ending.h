/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOST_ENDING_H
#define HOST_ENDING_H

#include <stddef.h>

#define ENDING_MAX	64

void ending_text(int status, unsigned int timed_out, char *text, size_t size);

#endif /* HOST_ENDING_H */

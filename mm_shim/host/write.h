/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOST_WRITE_H
#define HOST_WRITE_H

#include <stdbool.h>
#include <stddef.h>

bool write_all(int fd, const void *data, size_t len);

#endif /* HOST_WRITE_H */

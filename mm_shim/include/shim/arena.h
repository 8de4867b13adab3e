/* SPDX-License-Identifier: GPL-2.0 */
/* The arena of pages, as booting leaves it to the cases. */
#ifndef SHIM_ARENA_H
#define SHIM_ARENA_H

void shim_page_boot_end(void);

#endif /* SHIM_ARENA_H */

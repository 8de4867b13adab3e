/* SPDX-License-Identifier: GPL-2.0 */
/* Steps of the boot that are files of their own. */
#ifndef SHIM_BOOT_H
#define SHIM_BOOT_H

void shim_lock_order_boot(void);

#endif /* SHIM_BOOT_H */

// SPDX-License-Identifier: GPL-2.0
/* mm/userfaultfd.c, and its initcall in trees that have no fs/userfaultfd.c. */
#include "mm/userfaultfd.c"

#ifdef _LINUX_MISCDEVICE_H
void shim_init_userfaultfd(void);

void shim_init_userfaultfd(void)
{
	userfaultfd_init();
}
#endif

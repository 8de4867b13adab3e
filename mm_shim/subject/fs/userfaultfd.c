// SPDX-License-Identifier: GPL-2.0
/* fs/userfaultfd.c, and its initcall. Later trees have all of it in mm/userfaultfd.c. */
#include "fs/userfaultfd.c"

void shim_init_userfaultfd(void);

void shim_init_userfaultfd(void)
{
	userfaultfd_init();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Who may open a file: by the bits of its mode, those of its owner or of all others, or by
 * capabilities. There are no paths, groups, ACLs or security modules, so fs/namei.c is absent.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>

int inode_permission(struct mnt_idmap *idmap, struct inode *inode, int mask)
{
	unsigned int wanted = mask & (MAY_READ | MAY_WRITE | MAY_EXEC);
	umode_t mode = inode->i_mode;

	if (uid_eq(inode->i_uid, current_fsuid()))
		mode >>= 6;
	if (!(wanted & ~mode))
		return 0;
	return capable(CAP_DAC_OVERRIDE) ? 0 : -EACCES;
}

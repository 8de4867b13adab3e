// SPDX-License-Identifier: GPL-2.0
/* mm/shmem.c, and its initcall but for the mount, which is made already. */
#include "mm/shmem.c"

void shim_init_shmem(struct vfsmount *mnt);

/* madvise() chooses huge pages, as it does for anonymous memory here. */
void shim_init_shmem(struct vfsmount *mnt)
{
	struct shmem_options options = {};
	struct fs_context fc = { .fs_private = &options };

	shmem_init_inodecache();
	mnt->mnt_sb->s_type = &shmem_fs_type;
	BUG_ON(shmem_fill_super(mnt->mnt_sb, &fc));
	shm_mnt = mnt;
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	shmem_huge = SHMEM_HUGE_ADVISE;
	SHMEM_SB(mnt->mnt_sb)->huge = shmem_huge;
	huge_shmem_orders_inherit = BIT(HPAGE_PMD_ORDER);
#endif
}

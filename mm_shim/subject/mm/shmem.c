// SPDX-License-Identifier: GPL-2.0
/* mm/shmem.c, and its initcall but for the mount, which is made already. */
#include "mm/shmem.c"

void shim_init_shmem(struct vfsmount *mnt);
void shim_shmem_huge(const char *policy, unsigned long always, unsigned long within_size);

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

/**
 * shim_shmem_huge() - set who may have huge pages of tmpfs, as sysfs does
 * @policy: text for shmem_enabled: "never", "advise", "within_size", "deny", ...
 * @always: sizes that anonymous shared memory always has, in bits
 * @within_size: those that it has where all of such a folio is within the file
 *
 * A huge page follows the policy of all sizes where no size has one of its own.
 *
 * Context: a case, whose process the setting is for.
 */
void shim_shmem_huge(const char *policy, unsigned long always, unsigned long within_size)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	static const struct { const char *name; int huge; } all[] = {
		{ "never", SHMEM_HUGE_NEVER }, { "advise", SHMEM_HUGE_ADVISE },
		{ "within_size", SHMEM_HUGE_WITHIN_SIZE }, { "always", SHMEM_HUGE_ALWAYS },
		{ "deny", SHMEM_HUGE_DENY }, { "force", SHMEM_HUGE_FORCE },
	};
	int i = 0;

	while (strcmp(all[i].name, policy))
		i++;
	shmem_huge = all[i].huge;
	if (shmem_huge > SHMEM_HUGE_DENY)
		SHMEM_SB(shm_mnt->mnt_sb)->huge = shmem_huge;
	huge_shmem_orders_always = always;
	huge_shmem_orders_within_size = within_size;
	huge_shmem_orders_inherit = always || within_size ? 0 : BIT(HPAGE_PMD_ORDER);
#endif
}

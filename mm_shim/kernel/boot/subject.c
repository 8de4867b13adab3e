// SPDX-License-Identifier: GPL-2.0
/* The tree, files and features of this binary: ./vma_test --subject. */
#include <linux/kconfig.h>
#include <linux/printk.h>
#include <generated/shim_subject.h>
#include <generated/utsrelease.h>

#include <shim/cases.h>

static void feature(const char *name, bool on)
{
	pr_info("feature: %-22s %s\n", name, on ? "yes" : "no");
}

void shim_print_subject(void)
{
	static const char *const files[] = { SHIM_SUBJECT_FILES };
	static const char *const missing[] = { SHIM_SUBJECT_MISSING };
	int i;

	pr_info("tree:    %s\n", SHIM_SUBJECT_TREE);
	pr_info("version: %s\n", UTS_RELEASE);
	feature("debug checks", IS_ENABLED(CONFIG_DEBUG_VM));
	feature("per-VMA locks", IS_ENABLED(CONFIG_PER_VMA_LOCK));
	feature("lazy anon_vma", IS_ENABLED(CONFIG_ANON_VMA_LAZY));
	feature("transparent huge pages", IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE));
	feature("migration", IS_ENABLED(CONFIG_MIGRATION));
	feature("KSM", IS_ENABLED(CONFIG_KSM));
	feature("swap", IS_ENABLED(CONFIG_SWAP));
	feature("userfaultfd", IS_ENABLED(CONFIG_USERFAULTFD));
	for (i = 0; files[i]; i++)
		pr_info("file:    %s\n", files[i]);
	for (i = 0; missing[i]; i++)
		pr_info("missing: %s\n", missing[i]);
}

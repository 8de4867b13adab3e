// SPDX-License-Identifier: GPL-2.0
/* Capabilities: all or none. */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>

#include <shim/tasks.h>

static bool unprivileged;

/**
 * shim_drop_rights() - take all capabilities from this process, for good
 *
 * Tasks have all of them at first. Most limits of mm hold for root too; this is for tests
 * of the others.
 */
void shim_drop_rights(void)
{
	unprivileged = true;
}

bool capable(int cap)
{
	return !unprivileged;
}

bool ns_capable(struct user_namespace *ns, int cap)
{
	return !unprivileged;
}

bool file_ns_capable(const struct file *file, struct user_namespace *ns, int cap)
{
	return !unprivileged;
}

bool has_capability_noaudit(struct task_struct *t, int cap)
{
	return !unprivileged;
}

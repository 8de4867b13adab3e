// SPDX-License-Identifier: GPL-2.0
/*
 * Sleepable RCU: readers are counted, in one domain for all of the kernel's
 * srcu_structs. A grace period flips the index and waits for the old count to be zero,
 * twice, so that a steady flow of readers does not hold it up.
 */
#include <linux/mutex.h>
#include <linux/srcu.h>

#include <shim/sched.h>

static atomic_long_t readers[2];
static int current_index;
static DEFINE_MUTEX(grace_period);

int __srcu_read_lock(struct srcu_struct *ssp)
{
	int index = READ_ONCE(current_index);

	atomic_long_inc(&readers[index]);
	shim_memory_barrier();
	return index;
}

void __srcu_read_unlock(struct srcu_struct *ssp, int index)
{
	shim_memory_barrier();
	WARN_ON_ONCE(atomic_long_dec_return(&readers[index]) < 0);
}

void synchronize_srcu(struct srcu_struct *ssp)
{
	int turn;

	might_sleep();
	mutex_lock(&grace_period);
	for (turn = 0; turn < 2; turn++) {
		int old = current_index;

		WRITE_ONCE(current_index, !old);
		shim_memory_barrier();
		while (atomic_long_read(&readers[old]))
			cpu_relax();
	}
	shim_memory_barrier();
	mutex_unlock(&grace_period);
}

/* Readers of all flavours (normal, NMI-safe, fast) are counted alike. */
void __srcu_check_read_flavor(struct srcu_struct *ssp, int read_flavor)
{
}

/* the same, in trees that know normal and NMI-safe only */
#ifdef CONFIG_PROVE_RCU
void srcu_check_nmi_safety(struct srcu_struct *ssp, bool nmi_safe)
{
}
#endif

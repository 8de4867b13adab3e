// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs: their masks, the running task, and which CPUs have a thread. All CPUs are online
 * from the start.
 */
#include <linux/bitmap.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>

#include <shim/host.h>
#include <shim/sched.h>

__thread struct task_struct *shim_current = &init_task;
unsigned long __per_cpu_offset[NR_CPUS];

unsigned int nr_cpu_ids = NR_CPUS;
struct cpumask __cpu_possible_mask, __cpu_present_mask, __cpu_online_mask;
struct cpumask __cpu_active_mask, __cpu_dying_mask;
atomic_t __num_online_cpus = ATOMIC_INIT(NR_CPUS);

static DECLARE_BITMAP(cpus_busy, NR_CPUS);

/**
 * shim_cpu_get() - take a CPU for a new thread
 *
 * Context: any; other threads may call it at the same time.
 * Return: its number, below NR_CPUS. The process ends if all CPUs have a thread.
 */
int shim_cpu_get(void)
{
	int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		if (!test_and_set_bit(cpu, cpus_busy))
			return cpu;
	host_die("more threads than CPUs: raise CONFIG_NR_CPUS in configs/core.config");
}

/**
 * shim_cpu_claim() - take a certain CPU for a while
 * @cpu: its number, below NR_CPUS
 *
 * Context: as shim_cpu_get().
 * Return: true if it had no thread; shim_cpu_put() gives it back then.
 */
bool shim_cpu_claim(int cpu)
{
	return !test_and_set_bit(cpu, cpus_busy);
}

/**
 * shim_cpu_put() - give a CPU back when its thread ends
 * @cpu: from shim_cpu_get() or shim_cpu_claim()
 *
 * The next owner sees all stores of this one to the CPU's data.
 *
 * Context: any; the caller does not use the CPU any more.
 */
void shim_cpu_put(int cpu)
{
	clear_bit_unlock(cpu, cpus_busy);
}

/**
 * shim_cpu_boot() - set all CPUs online
 *
 * Context: booting, before the first for_each_possible_cpu().
 */
void shim_cpu_boot(void)
{
	int cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		cpumask_set_cpu(cpu, &__cpu_possible_mask);
		cpumask_set_cpu(cpu, &__cpu_present_mask);
		cpumask_set_cpu(cpu, &__cpu_online_mask);
		cpumask_set_cpu(cpu, &__cpu_active_mask);
	}
}

/* No callback of CPU hotplug is ever called, as no CPU goes offline. */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int cpu), int (*teardown)(unsigned int cpu),
			bool multi_instance)
{
	return 0;
}

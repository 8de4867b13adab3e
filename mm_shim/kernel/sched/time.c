// SPDX-License-Identifier: GPL-2.0
/* Time stands still unless a task sleeps, and chance is seeded: a seed repeats a run. */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>

#include <shim/host.h>
#include <shim/machine.h>

u64 jiffies_64 = INITIAL_JIFFIES;
asm(".globl jiffies\n.set jiffies, jiffies_64");

unsigned long shim_cycles(void)
{
	return jiffies_64;
}

/* KUnit stamps its results; nothing under test looks at the clock. */
void ktime_get_ts64(struct timespec64 *ts)
{
	u32 rest;

	ts->tv_sec = div_u64_rem(host_time_ns(), NSEC_PER_SEC, &rest);
	ts->tv_nsec = rest;
}

ktime_t ktime_get(void)
{
	return host_time_ns();
}

/* What a file's times are made of. */
void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	jiffies_to_timespec64(jiffies_64 - INITIAL_JIFFIES, ts);
}

/* Where a file system asks for finer ones. */
void ktime_get_coarse_real_ts64_mg(struct timespec64 *ts)
{
	ktime_get_coarse_real_ts64(ts);
}

static struct rnd_state random_state;

/**
 * shim_seed() - start the kernel's random numbers over
 * @seed: equal seeds give equal numbers
 */
void shim_seed(u64 seed)
{
	prandom_seed_state(&random_state, seed);
}

u64 get_random_u64(void)
{
	u64 high = prandom_u32_state(&random_state);

	return high << 32 | prandom_u32_state(&random_state);
}

u32 get_random_u32(void)
{
	return prandom_u32_state(&random_state);
}

u32 __get_random_u32_below(u32 ceil)
{
	return prandom_u32_state(&random_state) % ceil;
}

void get_random_bytes(void *to, size_t nr)
{
	prandom_bytes_state(&random_state, to, nr);
}

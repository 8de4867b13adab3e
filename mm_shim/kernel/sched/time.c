// SPDX-License-Identifier: GPL-2.0
/*
 * Time, timers and random numbers. Time moves only while a task sleeps, a timer never
 * expires, and random numbers come from a seed: the same seed repeats a run.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/timex.h>

#include <shim/compat.h>
#include <shim/host.h>
#include <shim/sched.h>

u64 jiffies_64 = INITIAL_JIFFIES;
asm(".globl jiffies\n.set jiffies, jiffies_64");

unsigned long shim_cycles(void)
{
	return jiffies_64;
}

/* For the durations that KUnit prints: the host's clock, which no subject file reads. */
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

/* The clock of timestamps of files: the machine's time. */
void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	jiffies_to_timespec64(jiffies_64 - INITIAL_JIFFIES, ts);
}

/* The same for file systems with multigrain timestamps. */
void ktime_get_coarse_real_ts64_mg(struct timespec64 *ts)
{
	ktime_get_coarse_real_ts64(ts);
}

void shim_timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = func;
	timer->flags = flags;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	timer->expires = expires;
	return 0;
}

static struct rnd_state random_state;

/**
 * shim_seed() - seed get_random_u64() and its like
 * @seed: equal seeds give equal numbers
 *
 * Context: booting, or between cases: no other task draws a number.
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

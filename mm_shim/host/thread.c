// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that can be parked and unparked, on which the kernel side's scheduler
 * stands. An unpark that comes before the park is remembered, once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <shim/host.h>

#include "place.h"

/* A function that only a binary with TSan has. */
void __tsan_init(void) __attribute__((weak));

struct host_thread {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	int token;
	int parked;		/* is not counted in awake */
	const char *name;
	int nr;			/* of its stack */
	int ended;
	void (*fn)(void *arg);
	void *arg;
};

/*
 * The first threads of a process have stacks that are used once. The C library reuses the
 * stack of a thread that has really ended, which is a matter of time: then the addresses
 * of a run, and the words that its tasks share, would be, too.
 */
#define STACKS		16
#define STACK_SIZE	(1ul << 20)
#define GUARD_SIZE	(1ul << 16)

static char *stacks;
static int stacks_used;

static void __attribute__((constructor)) prepare(void)
{
	void *frame;
	int i;

	/* Loads what pthread_exit() needs, or each process would that ends a thread */
	backtrace(&frame, 1);
	/* Which arena a thread gets is a matter of time, too */
	mallopt(M_ARENA_MAX, 1);
	stacks = mmap(NULL, STACKS * STACK_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (stacks == MAP_FAILED)
		host_lacks("cannot reserve the stacks of threads; raise ulimit -v");
	for (i = 0; i < STACKS; i++)
		mprotect(stacks + i * STACK_SIZE, GUARD_SIZE, PROT_NONE);
}

static void set_stack(pthread_attr_t *attr, int nr)
{
	if (nr < STACKS)
		pthread_attr_setstack(attr, stacks + nr * STACK_SIZE + GUARD_SIZE,
				      STACK_SIZE - GUARD_SIZE);
	else
		pthread_attr_setstacksize(attr, STACK_SIZE);
}

#define SOON		60ull		/* seconds: who sleeps longer is not waited for */
#define QUIET		5		/* seconds without a sign of life, twice */

static __thread struct host_thread *self;
static int awake = 1;	/* threads that are not parked */
static int soon;		/* parked ones that wake up on their own before long */

/* Relaxed, or TSan would take it for an order between all threads that park. */
static void add_awake(int nr)
{
	__atomic_add_fetch(&awake, nr, __ATOMIC_RELAXED);
}

static struct host_thread *new_thread(void)
{
	struct host_thread *t = calloc(1, sizeof(*t));
	pthread_condattr_t attr;

	if (!t)
		host_lacks("out of memory for a thread");
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->cond, &attr);
	pthread_condattr_destroy(&attr);
	return t;
}

/**
 * host_thread_self() - get the handle of the calling thread, made at its first call
 *
 * Context: any thread; the first call allocates.
 * Return: the handle, never NULL.
 */
struct host_thread *host_thread_self(void)
{
	if (!self) {
		self = new_thread();
		self->id = pthread_self();
	}
	return self;
}

/*
 * A thread that has ended stays, as its real end would be a matter of time: then it gives
 * back its stack and caches while others allocate.
 */
static void end_of_thread(void)
{
	self->ended = 1;
	add_awake(-1);
	while (self->nr < STACKS && !__tsan_init)
		pause();
}

/**
 * host_thread_ended() - check if the calling thread has ended, and only waits
 *
 * Context: any, a signal's handler too.
 * Return: 1 if it has, else 0.
 */
int host_thread_ended(void)
{
	return self && self->ended;
}

static void *trampoline(void *arg)
{
	self = arg;
	prctl(PR_SET_NAME, self->name);
	self->fn(self->arg);
	end_of_thread();
	return NULL;
}

/**
 * host_thread_start() - run a function in a new, detached thread
 * @name: its name in a debugger, of which 15 characters are used; must outlive the thread
 * @fn: the function
 * @arg: its argument
 *
 * The handle stays valid after the thread has ended: a late unpark is harmless.
 *
 * Context: any thread.
 * Return: its handle, or NULL if the host refuses another thread.
 */
struct host_thread *host_thread_start(const char *name, void (*fn)(void *), void *arg)
{
	struct host_thread *t = new_thread();
	pthread_attr_t attr;
	int err;

	t->name = name;
	t->fn = fn;
	t->arg = arg;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	t->nr = __atomic_fetch_add(&stacks_used, 1, __ATOMIC_RELAXED);
	set_stack(&attr, t->nr);
	add_awake(1);
	err = pthread_create(&t->id, &attr, trampoline, t);
	pthread_attr_destroy(&attr);
	if (!err)
		return t;
	add_awake(-1);
	free(t);
	return NULL;
}

/**
 * host_thread_exit() - end the calling thread
 *
 * Context: a thread of host_thread_start(). Does not return.
 */
void host_thread_exit(void)
{
	end_of_thread();
	pthread_exit(NULL);
}

static struct timespec after(int clock, unsigned long long ns)
{
	struct timespec end;

	clock_gettime(clock, &end);
	ns += end.tv_nsec;
	end.tv_sec += ns / 1000000000;
	end.tv_nsec = ns % 1000000000;
	return end;
}

/* Has the process done nothing for a while? RCU's own thread may still wake one of ours. */
static int is_quiet(struct host_thread *t)
{
	struct timespec end = after(CLOCK_MONOTONIC, QUIET * 1000000000ull), used, now;
	int err = 0;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	while (!t->token && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&t->cond, &t->lock, &end);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return !t->token && now.tv_sec == used.tv_sec && now.tv_nsec - used.tv_nsec < 100000000;
}

static int all_sleep(const struct host_thread *t)
{
	return !t->token && !__atomic_load_n(&awake, __ATOMIC_RELAXED) &&
	       !__atomic_load_n(&soon, __ATOMIC_RELAXED);
}

/* The last thread that is awake parks: who should unpark it? */
static void park_last(struct host_thread *t)
{
	int quiet = 0;

	while (all_sleep(t) && quiet < 2)
		quiet = is_quiet(t) ? quiet + 1 : 0;
	if (all_sleep(t))
		host_sleeps_for_good();
}

/* The thread's lock is held. */
static void begin_park(struct host_thread *t)
{
	t->parked = 1;
	add_awake(-1);
}

static void end_park(struct host_thread *t)
{
	if (t->parked)
		add_awake(1);
	t->parked = 0;
}

/**
 * host_park() - sleep until host_unpark() is called for this thread
 *
 * Returns at once if that was called since the last park. If all threads are parked, and
 * stay so, the process ends by host_sleeps_for_good().
 *
 * Context: no lock is held that the thread that unparks needs.
 */
void host_park(void)
{
	struct host_thread *t = host_thread_self();

	pthread_mutex_lock(&t->lock);
	begin_park(t);
	while (!t->token) {
		park_last(t);
		if (!t->token)
			pthread_cond_wait(&t->cond, &t->lock);
	}
	end_park(t);
	t->token = 0;
	pthread_mutex_unlock(&t->lock);
}

/**
 * host_park_timeout() - host_park() that gives up after a while
 * @ns: nanoseconds, of CLOCK_MONOTONIC
 *
 * Context: as host_park().
 * Return: 1 if unparked, 0 if the time was over.
 */
int host_park_timeout(unsigned long long ns)
{
	struct host_thread *t = host_thread_self();
	const int is_soon = ns < SOON * 1000000000ull;
	struct timespec end = after(CLOCK_MONOTONIC, ns);
	int err = 0, unparked;

	pthread_mutex_lock(&t->lock);
	__atomic_add_fetch(&soon, is_soon, __ATOMIC_RELAXED);
	begin_park(t);
	while (!t->token && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&t->cond, &t->lock, &end);
	end_park(t);
	__atomic_sub_fetch(&soon, is_soon, __ATOMIC_RELAXED);
	unparked = t->token;
	t->token = 0;
	pthread_mutex_unlock(&t->lock);
	return unparked;
}

/**
 * host_unpark() - let a thread return from host_park()
 * @thread: the thread; if it is not parked, its next host_park() returns at once
 *
 * Context: any thread.
 */
void host_unpark(struct host_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	/* it is awake from here on, whenever the host lets it run */
	end_park(thread);
	thread->token = 1;
	pthread_cond_signal(&thread->cond);
	pthread_mutex_unlock(&thread->lock);
}

/**
 * host_wait_alone() - wait until all other threads are parked
 *
 * One that was unparked counts as running before the host lets it run, and one that has ended
 * as parked.
 *
 * Context: the others are about to park, or to end.
 */
void host_wait_alone(void)
{
	while (__atomic_load_n(&awake, __ATOMIC_RELAXED) > 1)
		sched_yield();
}

/**
 * host_yield() - let other threads run
 *
 * Context: any.
 */
void host_yield(void)
{
	sched_yield();
}

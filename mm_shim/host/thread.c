// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that can be parked and unparked, on which the kernel side's scheduler
 * stands. An unpark that comes before the park is remembered, once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include <shim/host.h>

struct host_thread {
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	int token;
	const char *name;
	void (*fn)(void *arg);
	void *arg;
};

static __thread struct host_thread *self;
static int awake = 1;	/* threads that are not parked */

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

static void *trampoline(void *arg)
{
	self = arg;
	prctl(PR_SET_NAME, self->name);
	self->fn(self->arg);
	add_awake(-1);
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
	pthread_attr_setstacksize(&attr, 1 << 20);
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
	add_awake(-1);
	pthread_exit(NULL);
}

/**
 * host_park() - sleep until host_unpark() is called for this thread
 *
 * Returns at once if that was called since the last park.
 *
 * Context: no lock is held that the thread that unparks needs.
 */
void host_park(void)
{
	struct host_thread *t = host_thread_self();

	pthread_mutex_lock(&t->lock);
	add_awake(-1);
	while (!t->token)
		pthread_cond_wait(&t->cond, &t->lock);
	add_awake(1);
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
	struct timespec end;
	int err = 0, unparked;

	clock_gettime(CLOCK_MONOTONIC, &end);
	ns += end.tv_nsec;
	end.tv_sec += ns / 1000000000;
	end.tv_nsec = ns % 1000000000;
	pthread_mutex_lock(&t->lock);
	add_awake(-1);
	while (!t->token && err != ETIMEDOUT)
		err = pthread_cond_timedwait(&t->cond, &t->lock, &end);
	add_awake(1);
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
	thread->token = 1;
	pthread_cond_signal(&thread->cond);
	pthread_mutex_unlock(&thread->lock);
}

/**
 * host_wait_alone() - wait until all other threads are parked
 *
 * Context: the others are about to park, and this one has not unparked any.
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

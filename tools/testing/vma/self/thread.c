// SPDX-License-Identifier: GPL-2.0
/* The machine's threads: starting, waiting, waking and excluding each other. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include "test.h"

struct shared {
	struct completion go;
	struct completion done;
	struct mutex mutex;
	struct rw_semaphore sem;
	int started;
	int value;
	bool torn;
	int readers;
};

static void init_shared(struct shared *s)
{
	memset(s, 0, sizeof(*s));
	init_completion(&s->go);
	init_completion(&s->done);
	mutex_init(&s->mutex);
	init_rwsem(&s->sem);
}

static int answer(void *data)
{
	struct shared *s = data;

	wait_for_completion(&s->go);
	s->value = 42;
	complete(&s->done);
	return 0;
}

TEST(thread, waits_for_a_completion)
{
	struct task_struct *task;
	struct shared s;

	init_shared(&s);
	task = kthread_run(answer, &s, "answer");
	KUNIT_EXPECT_FALSE(test, completion_done(&s.done));
	complete(&s.go);
	wait_for_completion(&s.done);
	KUNIT_EXPECT_EQ(test, s.value, 42);
	KUNIT_EXPECT_PTR_NE(test, task, current);
}

static int until_stopped(void *data)
{
	struct shared *s = data;

	complete(&s->go);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 7;
}

TEST(thread, stopped_returns_its_result)
{
	struct task_struct *task;
	struct shared s;

	init_shared(&s);
	task = kthread_run(until_stopped, &s, "stop");
	wait_for_completion(&s.go);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 7);
}

/* on a loaded machine each may wait for the scheduler */
#define ROUNDS	200

/* Loads, lets another run, and stores: without the lock, counts get lost. */
static int count_up(void *data)
{
	struct shared *s = data;
	int i, value;

	wait_for_completion(&s->go);
	for (i = 0; i < ROUNDS; i++) {
		mutex_lock(&s->mutex);
		value = READ_ONCE(s->value);
		cpu_relax();
		WRITE_ONCE(s->value, value + 1);
		mutex_unlock(&s->mutex);
	}
	complete(&s->done);
	return 0;
}

TEST(thread, mutex_excludes)
{
	struct shared s;

	init_shared(&s);
	kthread_run(count_up, &s, "one");
	kthread_run(count_up, &s, "two");
	complete_all(&s.go);
	wait_for_completion(&s.done);
	wait_for_completion(&s.done);
	KUNIT_EXPECT_EQ(test, s.value, 2 * ROUNDS);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&s.mutex));
}

static int wait_for_write_lock(void *data)
{
	struct shared *s = data;

	complete(&s->go);
	down_write(&s->sem);
	s->value = 1;
	up_write(&s->sem);
	complete(&s->done);
	return 0;
}

/* Readers share it until a writer waits, who gets it when the last has gone. */
TEST(thread, rwsem_lets_readers_in_and_a_writer_wait)
{
	struct shared s;

	init_shared(&s);
	down_read(&s.sem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&s.sem), 1);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&s.sem), 0);
	kthread_run(wait_for_write_lock, &s, "writer");
	wait_for_completion(&s.go);
	up_read(&s.sem);
	while (down_read_trylock(&s.sem)) {
		up_read(&s.sem);
		cpu_relax();
	}
	KUNIT_EXPECT_EQ(test, READ_ONCE(s.value), 0);
	up_read(&s.sem);
	wait_for_completion(&s.done);
	KUNIT_EXPECT_EQ(test, s.value, 1);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&s.sem));
}

static int write_pairs(void *data)
{
	struct shared *s = data;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		down_write(&s->sem);
		s->value++;
		cpu_relax();
		s->started++;
		up_write(&s->sem);
	}
	complete(&s->done);
	return 0;
}

static int read_pairs(void *data)
{
	struct shared *s = data;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		down_read(&s->sem);
		if (READ_ONCE(s->value) != READ_ONCE(s->started))
			s->torn = true;
		up_read(&s->sem);
	}
	complete(&s->done);
	return 0;
}

TEST(thread, rwsem_keeps_readers_from_a_writer)
{
	struct shared s;

	init_shared(&s);
	kthread_run(write_pairs, &s, "writer");
	kthread_run(read_pairs, &s, "reader");
	wait_for_completion(&s.done);
	wait_for_completion(&s.done);
	KUNIT_EXPECT_FALSE(test, s.torn);
	KUNIT_EXPECT_EQ(test, s.value, ROUNDS);
}

struct slow {
	struct work_struct work;
	bool started, over;
};

static void slow_work(struct work_struct *work)
{
	struct slow *slow = container_of(work, struct slow, work);

	smp_store_release(&slow->started, true);
	schedule_timeout_uninterruptible(5);
	slow->over = true;
}

static int flush_it(void *data)
{
	flush_work(data);
	return 0;
}

TEST(thread, flush_waits_for_a_work_that_another_task_runs)
{
	struct task_struct *task;
	struct slow slow = {};

	INIT_WORK(&slow.work, slow_work);
	queue_work_on(0, NULL, &slow.work);
	task = kthread_run(flush_it, &slow.work, "flush");
	while (!smp_load_acquire(&slow.started))
		cpu_relax();	/* who sleeps may run it */
	flush_work(&slow.work);
	KUNIT_EXPECT_TRUE(test, slow.over);
	kthread_stop(task);
}

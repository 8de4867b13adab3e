// SPDX-License-Identifier: GPL-2.0
/* The language of litmus.h: a line becomes lists of accesses, which the tasks of a race make. */
#include <linux/atomic.h>
#include <linux/ctype.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <shim/machine.h>

#include "litmus.h"

#define MOST_TASKS	4
#define MOST_STEPS	12

/**
 * struct step - an access or a barrier
 * @make: makes it; @v is the variable and @r the register
 * @reg: the register that it sets, or of which it stores the value
 * @var: the variable, 'x' or the like
 * @arg: the value to store
 * @old: the value that a cmpxchg() expects
 */
struct step {
	void (*make)(const struct step *s, int *v, long *r);
	unsigned int reg;
	char var;
	int arg, old;
};

struct task {
	struct step steps[MOST_STEPS];
	unsigned int nr;
};

/* each variable alone in its 64 bytes, and of the size of an atomic_t */
static struct {
	int val __aligned(64);
} vars[26];
static int *address __aligned(64);
static long regs[8];
static DEFINE_RAW_SPINLOCK(first_lock);
static DEFINE_RAW_SPINLOCK(second_lock);
static struct task tasks[MOST_TASKS];

#define STEP(name_, ...)						\
	static void do_##name_(const struct step *s, int *v, long *r)	\
	{								\
		__VA_ARGS__;						\
	}

STEP(store, WRITE_ONCE(*v, s->arg))
STEP(store_release, smp_store_release(v, s->arg))
STEP(store_reg, WRITE_ONCE(*v, (int)*r))
STEP(store_addr, WRITE_ONCE(address, v))
STEP(store_addr_release, smp_store_release(&address, v))
STEP(store_mb, smp_store_mb(*v, s->arg))
STEP(load, *r = READ_ONCE(*v))
STEP(load_acquire, *r = smp_load_acquire(v))
STEP(load_addr, *r = (long)READ_ONCE(address))
STEP(load_through, *r = READ_ONCE(*(int *)regs[s->arg]))
STEP(xchg, *r = xchg(v, s->arg))
STEP(xchg_acquire, *r = xchg_acquire(v, s->arg))
STEP(xchg_release, *r = xchg_release(v, s->arg))
STEP(xchg_relaxed, *r = xchg_relaxed(v, s->arg))
STEP(cmpxchg, *r = cmpxchg(v, s->old, s->arg))
STEP(cmpxchg_acquire, *r = cmpxchg_acquire(v, s->old, s->arg))
STEP(cmpxchg_release, *r = cmpxchg_release(v, s->old, s->arg))
STEP(cmpxchg_relaxed, *r = cmpxchg_relaxed(v, s->old, s->arg))
STEP(inc, atomic_inc((atomic_t *)v))
STEP(mb, smp_mb())
STEP(wmb, smp_wmb())
STEP(rmb, smp_rmb())
STEP(before, smp_mb__before_atomic())
STEP(after, smp_mb__after_atomic())
STEP(after_lock, smp_mb__after_spinlock())
STEP(lock, raw_spin_lock(&first_lock))
STEP(unlock, raw_spin_unlock(&first_lock))
STEP(lock2, raw_spin_lock(&second_lock))
STEP(unlock2, raw_spin_unlock(&second_lock))
STEP(locked, *r = raw_spin_is_locked(&first_lock))
STEP(rcu, rcu_read_lock())
STEP(unrcu, rcu_read_unlock())
STEP(gp, synchronize_rcu())

#define WORD(name_)	{ #name_, do_##name_ }

static const struct {
	const char *name;
	void (*make)(const struct step *s, int *v, long *r);
} words[] = {
	WORD(mb), WORD(wmb), WORD(rmb), WORD(before), WORD(after), WORD(after_lock),
	WORD(lock), WORD(unlock), WORD(lock2), WORD(unlock2), WORD(locked),
	WORD(rcu), WORD(unrcu), WORD(gp), WORD(inc), WORD(store_mb),
	WORD(xchg), WORD(xchg_acquire), WORD(xchg_release), WORD(xchg_relaxed),
	WORD(cmpxchg), WORD(cmpxchg_acquire), WORD(cmpxchg_release), WORD(cmpxchg_relaxed),
};

static int *var(char name)
{
	return &vars[name - 'a'].val;
}

static bool is_reg(const char *text)
{
	return text[0] == 'r' && isdigit(text[1]);
}

/* Reads "inc:x", "xchg:x:1", "cmpxchg:x:0:1" or a word without arguments. */
static bool parse_word(struct step *s, const char *text)
{
	unsigned int i, len = strcspn(text, ":");
	int nr = 0, one = 0, two = 0;
	char name = 0;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].name) == len && !memcmp(words[i].name, text, len))
			break;
	if (i == ARRAY_SIZE(words))
		return false;
	s->make = words[i].make;
	if (text[len])
		nr = sscanf(text + len, ":%c:%d:%d", &name, &one, &two);
	s->var = name;
	s->arg = nr > 2 ? two : one;
	s->old = one;
	return true;
}

static void parse_load(struct step *s, const char *from, bool ordered)
{
	s->var = from[0];
	if (from[0] == '*')
		s->make = do_load_through;
	else if (!strcmp(from, "p"))
		s->make = do_load_addr;
	else if (!parse_word(s, from))
		s->make = ordered ? do_load_acquire : do_load;
	if (s->make == do_load_through)
		s->arg = from[2] - '0';
}

static void parse_store(struct step *s, const char *value, bool ordered)
{
	if (value[0] == '&') {
		s->make = ordered ? do_store_addr_release : do_store_addr;
		s->var = value[1];
	} else if (is_reg(value)) {
		s->make = do_store_reg;
		s->reg = value[1] - '0';
	} else {
		s->make = ordered ? do_store_release : do_store;
		s->arg = value[0] - '0';
	}
}

static bool parse_step(struct step *s, const char *text)
{
	const char *equals = strchr(text, '=');
	bool ordered = equals && equals[-1] == ':';

	if (!equals)
		return parse_word(s, text);
	if (is_reg(text)) {
		s->reg = text[1] - '0';
		parse_load(s, equals + 1, ordered);
	} else {
		s->var = text[0];
		parse_store(s, equals + 1, ordered);
	}
	return true;
}

/* Returns the number of tasks, 0 if a word is none. */
static unsigned int parse(const char *text)
{
	struct task *t = tasks;
	char word[40];
	int len;

	memset(tasks, 0, sizeof(tasks));
	for (; sscanf(text, " %39s%n", word, &len) == 1; text += len) {
		if (!strcmp(word, "|"))
			t++;
		else if (t->nr == MOST_STEPS || !parse_step(&t->steps[t->nr++], word))
			return 0;
	}
	return t - tasks + 1;
}

static void run_task(void *arg)
{
	const struct task *t = arg;
	const struct step *s;

	for (s = t->steps; s < t->steps + t->nr; s++)
		s->make(s, var(s->var ?: 'x'), &regs[s->reg]);
}

static bool is_so(const char *term)
{
	const char *value = strchr(term, '=') + 1;
	long is = is_reg(term) ? regs[term[1] - '0'] : *var(term[0]);

	return is == (value[0] == '&' ? (long)var(value[1]) : value[0] - '0');
}

/* Counts the terms of an outcome that are not so; @first is that of the first one. */
static unsigned int count_wrong(const char *outcome, bool *first)
{
	unsigned int wrong = 0, nr = 0;
	char term[16];
	int len;

	for (; sscanf(outcome, " %15s%n", term, &len) == 1; outcome += len) {
		wrong += !is_so(term);
		if (!nr++)
			*first = !wrong;
	}
	return wrong;
}

/**
 * litmus() - run a litmus test by all schedules, as the body of a case
 * @test: the case
 * @answer: of the kernel's model, to whether it may have the outcome
 * @tasks: what the tasks do, see litmus.h
 * @outcome: the outcome; some schedule must have its first term, so that the test tests something
 */
void litmus(struct kunit *test, enum litmus_answer answer, const char *text, const char *outcome)
{
	static const char *const names[] = { "P0", "P1", "P2", "P3" };
	struct shim_racer list[MOST_TASKS];
	unsigned int i, nr = parse(text);
	bool first = false, has;

	KUNIT_ASSERT_GT(test, nr, 0);
	if (!shim_race_is_weak())
		kunit_skip(test, "a test of --memory=weak");
	if (shim_lazy())
		kunit_skip(test, "there is no VMA in it, so it is as in eager mode");
	address = var('z');
	for (i = 0; i < nr; i++)
		list[i] = (struct shim_racer) { names[i], run_task, &tasks[i] };
	shim_search_everything();
	shim_race(list, nr);
	has = !count_wrong(outcome, &first);
	shim_search_outcome(0, answer == SOMETIMES, has);
	shim_search_outcome(1, true, first);
	if (has && answer != SOMETIMES)
		KUNIT_FAIL(test, "%s has the outcome %s", text, outcome);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The search of schedules. A case that has a race is run again and again, each time in a
 * process of its own and by another schedule: first by the rule, then all schedules with
 * no preemption, with one, with two, as far as the number of runs that was asked for
 * allows, and the rest of the runs by random schedules. A schedule that fails is made as
 * short as possible.
 *
 * A preemption is tried only before an access to a word that several tasks access and one
 * of them writes: elsewhere it makes no difference to the values that are read. The runs
 * tell which words those are; random schedules preempt everywhere.
 *
 * On the weak memory model a schedule also says which reads return an older value. With n
 * preemptions n + 1 of them may, up to a limit.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/race.h>
#include <shim/report.h>
#include <shim/turn.h>

/* A choice that the search may have to come back to. */
struct search_node {
	struct turn_choice choice;
	u8 untried;
};

struct search {
	unsigned int nr;		/* of the case */
	const struct shim_search *opt;
	struct turn_plan *plan;		/* shared with the runs */
	struct search_node nodes[TURN_CHOICES];
	unsigned int nr_nodes;
	unsigned long runs;
	unsigned int length;		/* points of the first run */
	unsigned int chances;		/* of its reads to return an older value */
	bool shared_grew;
	bool missing;			/* it failed as no schedule has an outcome */
	bool logged;			/* the runs print to the case's log */
	int code;			/* exit code of the last run */
};

static struct turn_plan *plan;
static struct search search;

static bool failed(const struct search *s)
{
	return s->code != SHIM_PASS && s->code != SHIM_SKIP;
}

static bool may_run(const struct search *s)
{
	return s->runs < s->opt->schedules && !failed(s);
}

/* Runs the case in this process, and tells of its race if it fails. */
static enum shim_result run_here(struct search *s)
{
	enum shim_result result = shim_run_case(s->nr);

	if (result != SHIM_PASS && result != SHIM_SKIP && s->logged)
		shim_race_story();
	return result;
}

/* Runs the case by the plan; true if it did not fail. */
static bool run(struct search *s)
{
	char text[64] = "";
	unsigned int found = plan->nr_found;

	s->runs++;
	s->opt->now->schedules = s->runs;
	s->code = host_fork(s->opt->seconds, text, sizeof(text));
	if (s->code == HOST_IN_CHILD) {
		if (!s->logged)
			host_mute();
		host_exit(run_here(s));
	}
	s->opt->now->longest = host_fork_longest();
	s->opt->now->points = max(s->opt->now->points, plan->at_shared);
	s->shared_grew |= plan->nr_found != found;
	if (text[0] && s->logged)
		shim_reason("%s", text);
	return !failed(s);
}

/* Makes the plan of the deviations from the rule in the last run. */
static void take_over(void)
{
	unsigned int i, nr = min(plan->nr_made, TURN_CHOICES);

	plan->nr = 0;
	for (i = 0; i < nr; i++)
		if (plan->made[i].thread != plan->made[i].rule)
			plan->choices[plan->nr++] = plan->made[i];
}

static void plan_by_rule(unsigned int most)
{
	plan->policy = TURN_BY_RULE;
	plan->most = most;
	plan->most_stale = 0;
	plan->nr = 0;
}

/* Appends the choices of the last run that follow those which are being tried. */
static bool add_nodes(struct search *s)
{
	unsigned int i;

	if (plan->nr_made > TURN_CHOICES)
		return false;
	for (i = s->nr_nodes; i < plan->nr_made; i++)
		s->nodes[s->nr_nodes++] = (struct search_node) {
			.choice = plan->made[i], .untried = plan->made[i].others,
		};
	return true;
}

/* Plans the next schedule: another thread at the last node that has one. */
static bool next_schedule(struct search *s)
{
	struct search_node *node;
	unsigned int i;

	while (s->nr_nodes && !s->nodes[s->nr_nodes - 1].untried)
		s->nr_nodes--;
	if (!s->nr_nodes)
		return false;
	node = &s->nodes[s->nr_nodes - 1];
	node->choice.thread = __ffs(node->untried);
	node->untried &= node->untried - 1;
	plan->nr = 0;
	for (i = 0; i < s->nr_nodes; i++)
		if (s->nodes[i].choice.thread != s->nodes[i].choice.rule)
			plan->choices[plan->nr++] = s->nodes[i].choice;
	return true;
}

/* Estimates the number of schedules by the choices of the first. */
static unsigned long estimate(unsigned long nr_nodes, unsigned int preemptions)
{
	switch (preemptions) {
	case 0:
		return 1;
	case 1:
		return nr_nodes;
	default:
		return nr_nodes * nr_nodes / 2;
	}
}

/* Runs all schedules with so many preemptions at the most; true if all were run. */
static bool exhaust(struct search *s, unsigned int preemptions)
{
	unsigned long left;

	plan_by_rule(preemptions);
	if (plan->weak)
		plan->most_stale = min(preemptions + 1, s->opt->stale);
	plan->shared_only = !s->opt->all_points;
	plan->kinds = s->opt->points ?: plan->asked;
	memcpy(plan->words, plan->found, sizeof(plan->words));
	s->nr_nodes = 0;
	s->shared_grew = false;
	if (!run(s) || !add_nodes(s))
		return false;
	left = s->opt->schedules * 3 / 4 - min(s->runs, s->opt->schedules * 3 / 4);
	if (estimate(s->nr_nodes, preemptions) > left)
		return false;
	while (next_schedule(s))
		if (!left-- || !run(s) || !add_nodes(s))
			return false;
	return true;
}

static void at_random(struct search *s)
{
	unsigned long i;

	plan_by_rule(0);
	for (i = 0; may_run(s); i++) {
		plan->policy = i % 2 ? TURN_RANDOM : TURN_PRIORITIES;
		plan->depth = 1 + i / 2 % 3;
		plan->length = max(s->length, 1U);
		plan->chances = s->chances;
		plan->seed = s->opt->seed * 0x10001 + i;
		run(s);
		s->chances = max(s->chances, plan->could_be_stale);
	}
}

/* Leaves out each switch without which the case still fails. */
static void shorten(struct search *s)
{
	struct turn_choice left_out;
	unsigned int i;

	plan_by_rule(0);
	take_over();
	for (i = plan->nr; i-- > 0;) {
		left_out = plan->choices[i];
		plan->nr--;
		memmove(&plan->choices[i], &plan->choices[i + 1],
			(plan->nr - i) * sizeof(left_out));
		run(s);
		if (failed(s))
			continue;
		memmove(&plan->choices[i + 1], &plan->choices[i],
			(plan->nr - i) * sizeof(left_out));
		plan->choices[i] = left_out;
		plan->nr++;
	}
}

/*
 * Prints "12:1,40:0": at the 12th point task 1 gets its turn, at the 40th task 0. And "41~2": the
 * read at the 41st point returns the value that was there two stores before the newest.
 */
static void name_schedule(struct search *s)
{
	char *to = (char *)s->opt->now->schedule;
	unsigned int i, len = 0;

	for (i = 0; i < plan->nr && len < SHIM_SCHEDULE_MAX - 24; i++)
		len += scnprintf(to + len, SHIM_SCHEDULE_MAX - len, "%s%u%c%u", i ? "," : "",
				 plan->choices[i].point, plan->choices[i].reads ? '~' : ':',
				 plan->choices[i].thread);
	if (!i)
		strscpy(to, "0:0", SHIM_SCHEDULE_MAX);
	else if (i < plan->nr)
		strscpy(to + len, ",too-long", SHIM_SCHEDULE_MAX - len);
}

/* Runs the schedule that failed once more, made short and with its log. */
static void show(struct search *s)
{
	unsigned long tried = s->runs;

	shorten(s);
	name_schedule(s);
	s->logged = true;
	plan->tell = 1;
	if (run(s))
		shim_reason("race: the schedule %s failed once, and not again", s->opt->now->schedule);
	pr_err("race: fails by the schedule %s, found as number %lu\n",
	       s->opt->now->schedule, tried);
}

static void parse_schedule(const char *text)
{
	unsigned int point, thread;
	char what;
	int len;

	plan_by_rule(0);
	for (; plan->nr < TURN_CHOICES &&
	     sscanf(text, "%u%c%u%n", &point, &what, &thread, &len) == 3;
	     text += text[len] == ',' ? len + 1 : len) {
		if (point)	/* "0:0" is the rule */
			plan->choices[plan->nr++] = (struct turn_choice) {
				.point = point, .thread = thread, .reads = what == '~',
			};
		plan->weak |= what == '~';
	}
}

/*
 * A schedule of another case, or of an older state of this one, that does not fail is not
 * one that passes.
 */
static enum shim_result judge_schedule(struct search *s, int code)
{
	char text[120];

	if (code != SHIM_PASS || plan->taken == plan->nr)
		return code;
	s->opt->now->no_such = 1;
	scnprintf(text, sizeof(text), "%u of the %u turns of this schedule cannot be given: the run has %u points, or the task cannot go on there",
		  plan->nr - plan->taken, plan->nr, plan->points);
	host_reason(text);
	return SHIM_SKIP;
}

/* Runs a case once more that has skipped itself, so that its reason is seen. */
static void show_why_skipped(struct search *s)
{
	if (s->logged)
		return;
	s->logged = true;
	run(s);
}

/* Names an outcome that the case wants, where all schedules are run, and that none has. */
static void check_outcomes(struct search *s)
{
	unsigned int missing = plan->wants & ~plan->seen;

	if (!s->opt->now->everything || !plan->weak || !missing || failed(s))
		return;
	shim_reason("race: no schedule has outcome %u of the case, of all %lu", __ffs(missing),
		    s->runs);
	s->code = SHIM_FAIL;
	s->missing = true;
}

/*
 * Runs all schedules of a case that is a few accesses long, whatever number was asked for. The
 * words are learnt again if the first round has met others.
 */
static void everything(struct search *s)
{
	unsigned long runs = s->runs;

	do {
		plan_by_rule(TURN_CHOICES);
		plan->most_stale = plan->weak ? TURN_CHOICES : 0;
		plan->shared_only = !s->opt->all_points;
		plan->skip_first = plan->shared_only;
		memcpy(plan->words, plan->found, sizeof(plan->words));
		s->nr_nodes = 0;
		s->shared_grew = false;
		s->runs = runs;
		while (run(s) && add_nodes(s) && next_schedule(s))
			;
	} while (!failed(s) && s->shared_grew);
	s->opt->now->exhausted = s->opt->preemptions + 1;
	s->opt->now->everything = !failed(s);
	check_outcomes(s);
}

static void look_everywhere(struct search *s)
{
	unsigned int most;

	plan_by_rule(0);
	run(s);
	if (s->code == SHIM_SKIP)
		show_why_skipped(s);
	s->length = plan->points;
	s->chances = plan->could_be_stale;
	if (!plan->points)
		return;
	if (plan->everything && plan->weak) {
		everything(s);
		return;
	}
	for (most = 0; may_run(s) && most <= s->opt->preemptions; most++)
		if (exhaust(s, most))
			s->opt->now->exhausted = most + 1;
	/* once more, with the words that were found to be shared in the last round */
	while (may_run(s) && s->shared_grew && s->opt->now->exhausted == most)
		if (!exhaust(s, most - 1))
			s->opt->now->exhausted = most - 1;
	at_random(s);
}

enum shim_result shim_search_case(unsigned int nr, const struct shim_search *opt)
{
	struct search *s = &search;

	plan = shim_race_new_plan();
	plan->weak = opt->weak;
	s->nr = nr;
	s->opt = opt;
	s->logged = opt->verbose || opt->schedule;
	plan->tell = s->logged;
	if (opt->schedule) {
		parse_schedule(opt->schedule);
		if (opt->in_place)
			return judge_schedule(s, run_here(s));
		run(s);
	} else {
		look_everywhere(s);
	}
	if (!failed(s))
		return opt->schedule ? judge_schedule(s, s->code) : s->code;
	if (!opt->schedule && !s->missing)
		show(s);
	return SHIM_FAIL;
}

// SPDX-License-Identifier: GPL-2.0
/* --case and --c: a run becomes a test. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <shim/host.h>

#include "apart.h"
#include "options.h"
#include "read/source.h"
#include "replayer.h"
#include "same.h"
#include "until.h"
#include "write/write.h"

#define SECONDS	60		/* for a part of a trace */
#define HOLDS	"the expression holds"
/* of fewer calls nobody knows the right result: those about the same addresses are kept */
#define DIFFERS	"a result differs"

static struct replay_run *shared;

static struct replay_run *the_run(void)
{
	if (!shared)
		shared = host_shared(sizeof(*shared));
	memset(shared, 0, sizeof(*shared));
	return shared;
}

/*
 * Carries calls out as they are. @done, or NULL, has room for as many, and is set to them
 * with the results that they have had. Returns why they failed, or NULL if they did not.
 */
static char *calls_fail(const struct calls *c, struct calls *done)
{
	struct replay_run *run = the_run();
	bool failed;

	source_of_calls(run, c->call, c->nr);
	run->nr_files = c->nr_files;
	run->nr_procs = c->nr_procs;
	run->plain = 1;
	run->every = 1;
	if (done) {
		run->done = done->call;
		run->room_done = c->nr;
	}
	run->until = c->until;
	failed = run_apart(run, c->mode, SECONDS, false, NULL);
	free(run->source);
	if (done) {
		done->nr = run->nr_done;
		done->layouts = strdup(run->told);
	}
	if (failed)
		return strdup(run->reason);
	if (run->held)
		return strdup(HOLDS);
	return run->why[WHY_DIFFERS] ? strdup(DIFFERS) : NULL;
}

static bool still_fails(const struct calls *c)
{
	char *reason = calls_fail(c, NULL);
	bool same = reason && same_failure(reason, c->reason);

	free(reason);
	return same;
}

static void first_run(const struct recorded *rec, const struct options *opt, struct calls *c)
{
	struct replay_run *run = the_run();
	unsigned int room;
	bool failed;

	run_of(run, rec, opt);
	room = run->nr * 4 + 4096;
	*c = (struct calls) {
		.call = host_shared(room * sizeof(*c->call)), .nr_files = run->nr_files,
		.nr_procs = run->nr_procs, .mode = opt->mode[0] == 'l',
		.until = opt->until ? until_holds : NULL,
	};
	run->until = c->until;
	run->done = c->call;
	run->room_done = room;
	failed = run_apart(run, c->mode, 0, true, NULL);
	c->nr = run->nr_done;
	/* where it has ended the process, it is not among what was done */
	if (failed && run->tries && c->nr < room)
		c->call[c->nr++] = run->trying;
	if (c->nr == room)
		die("%s: too long for a case; take fewer lines of it", opt->traces[0]);
	if (failed)
		c->reason = strdup(run->reason);
	else if (run->held)
		c->reason = HOLDS;
	else if (opt->until)
		die("%s: --shrink-to: '%s' holds after none of its calls", opt->traces[0], opt->until);
	else if (run->why[WHY_DIFFERS])
		c->reason = DIFFERS;
	if (failed || run->held || !c->reason)
		return;
	c->nr = run->differs + 1;
	c->call[run->differs].open = 1;
	c->want = run->want;
}

/* The test expects what the trace has, and not what has come of it here. */
static void take_answer(struct replay_call *c, long want)
{
	if (want < 0 && want >= -4095)
		c->ret = want;
	else if (c->kind == REPLAY_MREMAP)
		c->ret = c->arg[3] & MREMAP_FIXED ? c->arg[4] : c->arg[0];
	else
		c->ret = c->kind == REPLAY_MMAP ? c->arg[0] : 0;
}

/* The ends of processes, which would leave nothing to expect. */
static void stay(struct calls *c)
{
	while (c->nr && c->call[c->nr - 1].kind == REPLAY_EXIT)
		c->nr--;
}

/*
 * A case has both modes, which merge VMAs differently here and there: only the layouts that
 * they agree about are expected. Lines of both are in the same order.
 */
static char *common_lines(const char *a, const char *b)
{
	char *text = NULL;
	size_t size, la, lb;
	FILE *to = open_memstream(&text, &size);

	for (; *a && *b; a += la, b += lb) {
		la = strcspn(a, "\n") + 1;
		lb = strcspn(b, "\n") + 1;
		if (la == lb && !memcmp(a, b, la))
			fwrite(a, 1, la, to);
	}
	fclose(to);
	return text;
}

static const char *layouts_of_both(const struct calls *c, const char *layouts)
{
	struct calls other = *c, done = { .call = host_shared((c->nr + 1) * sizeof(*done.call)) };

	if (!has_lazy())
		return layouts;
	other.mode = !c->mode;
	free(calls_fail(&other, &done));
	return common_lines(layouts, done.layouts);
}

/* Carries out what is left of the calls, and takes their results. */
static void settle(struct calls *c)
{
	struct calls done = { .call = host_shared((c->nr + 1) * sizeof(*done.call)) };

	free(calls_fail(c, &done));
	/* what has failed in the end is not among what was done */
	if (c->reason && done.nr < c->nr)
		done.call[done.nr] = c->call[done.nr], done.nr++;
	c->call = done.call;
	c->nr = done.nr;
	c->layouts = c->reason ? NULL : layouts_of_both(c, done.layouts);
	if (c->nr && c->call[c->nr - 1].open)
		take_answer(&c->call[c->nr - 1], c->want);
}

static struct calls copy_of(const struct calls *c)
{
	struct calls copy = *c;

	copy.call = xcalloc(c->nr + 1, sizeof(*copy.call));
	memcpy(copy.call, c->call, c->nr * sizeof(*copy.call));
	return copy;
}

/* In pages that are counted; the same failure, or none, is what decides. */
static void count_pages(struct calls *c, const char *path)
{
	struct calls pages;
	int keep;

	for (keep = 0; keep < 2; keep++) {
		pages = copy_of(c);
		if (to_pages(&pages, keep) && (!c->reason || still_fails(&pages))) {
			*c = pages;
			return;
		}
		free(pages.call);
	}
	die("%s: %s", path, c->reason ? "it fails with the addresses of the trace only" :
	    "too many pages for a case; take fewer lines of it with --lines");
}

/**
 * write_test() - write a case or a program of a trace
 * @rec: the trace, and what it begins with
 * @opt: the command line, which has --case or --c
 */
void write_test(const struct recorded *rec, const struct options *opt)
{
	struct calls c;

	if (opt->last && opt->first > reader_facts(rec->trace)->lines)
		die("%s: --lines=%u-%u: it has %u lines", opt->traces[0], opt->first, opt->last,
		    reader_facts(rec->trace)->lines);
	first_run(rec, opt, &c);
	if (!c.reason && opt->last)
		window(&c, opt->first, opt->last);
	if (c.reason && !still_fails(&c))
		die("%s: it fails only together with what a case has not: %s", opt->traces[0], c.reason);
	if (c.reason && !strcmp(c.reason, DIFFERS))
		window(&c, c.call[c.nr - 1].line, c.call[c.nr - 1].line);
	else if (c.reason)
		shrink_calls(&c, still_fails);
	else
		stay(&c);
	count_pages(&c, opt->traces[0]);
	if (c.until && !strcmp(c.reason, HOLDS)) {
		c.reason = NULL;	/* no failure: the layouts are expected */
		c.until = NULL;
	}
	settle(&c);
	if (opt->as_case)
		write_case(stdout, opt->as_case, &c);
	else
		write_program(stdout, opt->as_program, &c);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
}

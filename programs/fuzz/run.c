// SPDX-License-Identifier: GPL-2.0
/*
* Sequences run in a child of the booted machine, many in one; when it ends in a
* failure the parent knows which one ran.
 */
#include <stdlib.h>
#include <unistd.h>

#include <shim/host.h>

#include "apart.h"
#include "fuzzer.h"

#define MAX_NEW	256

/**
 * struct batch - what a child tells of its sequences
 * @now: the number of the one that runs
 * @is_new: those that showed something new
 * @nr_new: how many
 */
struct batch {
	volatile unsigned long now;
	unsigned long is_new[MAX_NEW];
	unsigned int nr_new;
};

struct fuzz_run *shared;
static struct batch *batch;

/**
 * run_begin() - what is shared with children
 * @opt: options
 */
void run_begin(const struct options *opt)
{
	shared = host_shared(sizeof(*shared));
	batch = host_shared(sizeof(*batch));
	shared->every = opt->every;
	apart_begin(shared->reason, sizeof(shared->reason));
}

static bool run_one(const struct options *opt, const struct sequence *seq)
{
	shared->ops = seq->ops;
	shared->nr = seq->nr;
	shared->new = 0;
	shared->used = 0;
	shared->reason[0] = '\0';
	shim_fuzz_set(shared);
	/* the log of what has passed is of no interest */
	apart_forget_log();
	host_limit(opt->timeout);
	return shim_run_case(opt->mode) != SHIM_FAIL;
}

struct alone {
	const struct options *opt;
	const struct sequence *seq;
};

static void alone_body(void *arg)
{
	struct alone *a = arg;

	if (!run_one(a->opt, a->seq))
		_exit(1);
}

/**
 * run_alone() - run a sequence in a process of its own
 * @opt: options
 * @seq: the sequence
 * @print: leave the case in @shared
 * @failure: filled in, if not NULL
 *
 * Return: whether it failed.
 */
bool run_alone(const struct options *opt, const struct sequence *seq, bool print,
	       struct failure *failure)
{
	struct alone a = { opt, seq };
	char *log = NULL;
	bool failed;

	shared->print = print;
	shared->reason[0] = '\0';
	failed = apart(alone_body, &a, opt->timeout, NULL, failure ? &log : NULL);
	shared->print = 0;
	if (!failure)
		return failed;
	failure->at = shared->at;
	failure->log = log;
	snprintf(failure->reason, sizeof(failure->reason), "%s", failed ? shared->reason : "");
	return failed;
}

struct some {
	const struct options *opt;
	unsigned long first, nr;
};

static void batch_body(void *arg)
{
	struct some *b = arg;
	struct sequence seq;
	unsigned long i;

	for (i = b->first; i < b->first + b->nr; i++) {
		batch->now = i;
		seq = generate(b->opt, i);
		if (!run_one(b->opt, &seq))
			_exit(1);
		if (shared->new && batch->nr_new < MAX_NEW)
			batch->is_new[batch->nr_new++] = i;
		free(seq.ops);
	}
}

/* Those that showed something new are made again, before the corpus changes. */
static void keep_new(const struct options *opt)
{
	struct sequence seqs[MAX_NEW];
	unsigned int i;

	for (i = 0; i < batch->nr_new; i++)
		seqs[i] = generate(opt, batch->is_new[i]);
	for (i = 0; i < batch->nr_new; i++)
		corpus_add(seqs[i], opt->corpus);
}

/**
 * run_batch() - run some sequences in one process
 * @opt: options
 * @first: number of the first
 * @nr: how many
 * @failure: filled in
 *
 * Return: how many were run, the one that failed included.
 */
unsigned long run_batch(const struct options *opt, unsigned long first, unsigned long nr,
			struct failure *failure)
{
	struct some b = { opt, first, nr };
	char *log = NULL;

	batch->nr_new = 0;
	failure->reason[0] = '\0';
	if (!apart(batch_body, &b, opt->timeout, NULL, &log)) {
		keep_new(opt);
		return nr;
	}
	failure->seq = generate(opt, batch->now);
	failure->at = shared->at;
	failure->log = log;
	snprintf(failure->reason, sizeof(failure->reason), "%s", shared->reason);
	return batch->now - first + 1;
}

// SPDX-License-Identifier: GPL-2.0
/* The calls of a run, from a trace or from a list. */
#include "source.h"

/**
 * source_of_reader() - let a run have the calls of a trace
 * @run: the run
 * @r: the trace; it is read while the run goes on
 */
void source_of_reader(struct replay_run *run, struct reader *r)
{
	const struct facts *facts = reader_facts(r);

	run->source = xcalloc(1, sizeof(*run->source));
	run->source->reader = r;
	run->nr = facts->nr;
	run->nr_files = facts->nr_files;
	run->nr_procs = facts->nr_procs;
}

/**
 * source_of_calls() - let a run have the calls of a list
 * @run: the run, whose files and processes have been counted
 * @calls: them; the run does not change them
 * @nr: how many
 */
void source_of_calls(struct replay_run *run, const struct replay_call *calls, unsigned int nr)
{
	run->source = xcalloc(1, sizeof(*run->source));
	run->source->calls = calls;
	run->source->nr = nr;
	run->nr = nr;
}

/**
 * source_begin() - begin with the first call, in the process that has the run
 * @run: the run; a file that a process before it has read is read from its beginning
 */
void source_begin(struct replay_run *run)
{
	struct replay_source *s = run->source;

	s->at = 0;
	s->first_ended = s->begun = false;
	if (s->first)
		reader_rewind(s->first);
	if (s->reader)
		reader_rewind(s->reader);
}

/**
 * source_begins_with() - let a run begin with the address space of another trace
 * @run: the run, after source_of_reader()
 * @first: /proc/PID/maps of the first process, mostly
 */
void source_begins_with(struct replay_run *run, struct reader *first)
{
	const struct facts *facts = reader_facts(first);

	run->source->first = first;
	run->nr += facts->nr;
	run->nr_files += facts->nr_files;
}

static int next_of_readers(struct replay_run *run)
{
	struct replay_source *s = run->source;
	struct replay_call *call = &run->call;

	if (s->first && !s->first_ended) {
		if (reader_next(s->first, call)) {
			call->line = 0;		/* before those of the trace */
			return 1;
		}
		s->first_ended = true;
	}
	if (!reader_next(s->reader, call))
		return 0;
	/* the address space that the first process has is that of the other one */
	if (s->first && !s->begun && call->kind == REPLAY_EXEC && !call->proc &&
	    !reader_next(s->reader, call))
		return 0;
	s->begun = true;
	if (s->first && call->file >= 0)
		call->file += reader_facts(s->first)->nr_files;
	return 1;
}

int host_replay_next(struct replay_run *run)
{
	struct replay_source *s = run->source;

	if (s->reader)
		return next_of_readers(run);
	if (s->at == s->nr)
		return 0;
	run->call = s->calls[s->at++];
	return 1;
}

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_SOURCE_H
#define REPLAY_SOURCE_H

#include "reader.h"

/**
 * struct replay_source - where the calls of a run come from
 * @first: what is read before it, or NULL
 * @reader: a trace, or NULL
 * @first_ended: @first is read
 * @begun: the first call of @reader is read
 * @calls: instead of it: all of them
 * @nr: how many
 * @at: the next
 */
struct replay_source {
	struct reader *first, *reader;
	bool first_ended, begun;
	const struct replay_call *calls;
	unsigned int nr, at;
};

void source_begins_with(struct replay_run *run, struct reader *first);
void source_of_reader(struct replay_run *run, struct reader *r);
void source_of_calls(struct replay_run *run, const struct replay_call *calls, unsigned int nr);
void source_begin(struct replay_run *run);

#endif /* REPLAY_SOURCE_H */

// SPDX-License-Identifier: GPL-2.0
/* Notes of a run, from which another one can do the same and nothing else. */
#include "internal.h"
#include "replay.h"

/**
 * replay_note() - a call was carried out
 * @r: the run
 * @c: the call, with its arguments as they were used
 * @ret: what it returned
 */
void replay_note(struct replay *r, const struct replay_call *c, long ret)
{
	struct replay_run *run = r->run;

	if (run->nr_done == run->room_done)
		return;
	run->done[run->nr_done] = *c;
	run->done[run->nr_done].ret = ret;
	run->nr_done++;
	run->tries = 0;
}

/**
 * replay_try() - a call is about to be carried out, and may not come back
 * @r: the run
 * @c: the call, with its arguments as they are used
 */
void replay_try(struct replay *r, const struct replay_call *c)
{
	r->run->trying = *c;
	r->run->tries = 1;
}

static struct replay_call touch_of(struct replay *r, unsigned int proc, unsigned long addr, bool write)
{
	return (struct replay_call) {
		.kind = REPLAY_TOUCH, .line = r->run->call.line, .proc = proc, .child = proc, .file = -1,
		.arg = { addr, write },
	};
}

/**
 * replay_try_touch() - a page is about to be accessed
 * @r: the run
 * @proc: by whom
 * @addr: its address
 */
void replay_try_touch(struct replay *r, unsigned int proc, unsigned long addr)
{
	const struct replay_call c = touch_of(r, proc, addr, true);

	replay_try(r, &c);
}

/**
 * replay_note_touch() - a page was accessed
 * @r: the run
 * @proc: by whom
 * @addr: its address
 * @write: whether it was written to
 */
void replay_note_touch(struct replay *r, unsigned int proc, unsigned long addr, bool write)
{
	const struct replay_call c = touch_of(r, proc, addr, write);

	replay_note(r, &c, 0);
}

/**
 * replay_note_map() - what execve() maps was mapped
 * @r: the run
 * @proc: by whom
 * @addr: where
 * @len: bytes
 * @prot: its rights
 * @flags: of mmap()
 * @file: the number of its file, or -1
 * @offset: bytes of the file before it
 * @ret: what mmap() returned
 */
void replay_note_map(struct replay *r, unsigned int proc, unsigned long addr, unsigned long len,
		     unsigned long prot, unsigned long flags, int file, unsigned long offset, long ret)
{
	const struct replay_call c = {
		.kind = REPLAY_MMAP, .line = r->run->call.line, .proc = proc, .child = proc, .file = file,
		.arg = { addr, len, prot, flags, 0, offset },
	};

	replay_note(r, &c, ret);
}

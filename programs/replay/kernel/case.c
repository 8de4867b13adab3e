// SPDX-License-Identifier: GPL-2.0
/* The one case of vma_replay: what results differ is the program's own to say. */
#include "replay.h"

static struct replay_run *current_run;

void shim_replay_set(struct replay_run *run)
{
	current_run = run;
}

TEST(replay, trace)
{
	replay_run(test, current_run);
}

// SPDX-License-Identifier: GPL-2.0
/* The traces of tools/testing/vma/traces, for the cases of vma_test. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <unistd.h>

#include "replayer.h"

struct replay_run *host_trace(const char *name, const char **why)
{
	char *path = xasprintf("%s/%s.strace.xz", SHIM_TRACES, name);
	struct replay_run *run = NULL;
	struct trace t;

	*why = "is not where this program was built";
	if (!access(path, R_OK) && !input_can_unpack(path)) {
		*why = "is packed by xz, which is not installed";
	} else if (!access(path, R_OK)) {
		trace_read(&t, path);
		run = xcalloc(1, sizeof(*run));
		run->calls = t.calls;
		run->nr = t.nr;
		run->nr_files = t.nr_files;
		run->touch = TOUCH_FIRST;
		run->every = 100;
	}
	free(path);
	return run;
}

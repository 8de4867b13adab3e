// SPDX-License-Identifier: GPL-2.0
/* The traces of tools/testing/vma/traces, for the cases of vma_test. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <unistd.h>

#include "read/source.h"
#include "util.h"

struct replay_run *host_trace(const char *name, const char **why)
{
	char *path = xasprintf("%s/%s.strace.xz", SHIM_TRACES, name);
	const char *const paths[] = { path };
	struct replay_run *run = NULL;

	*why = "is not where this program was built";
	if (!access(path, R_OK) && !input_can_unpack(path)) {
		*why = "is packed by xz, which is not installed";
	} else if (!access(path, R_OK)) {
		run = xcalloc(1, sizeof(*run));
		source_of_reader(run, reader_open(paths, 1));
		run->touch = TOUCH_FIRST;
		run->every = 100;
	}
	free(path);
	return run;
}

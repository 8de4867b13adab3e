// SPDX-License-Identifier: GPL-2.0
/* A case in its process, and what the kernel side calls in it. */
#define _GNU_SOURCE 1
#include <string.h>
#include <sys/wait.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "child.h"
#include "graph.h"
#include "log.h"
#include "place.h"
#include "plan.h"
#include "util.h"
#include "write.h"

static int reason_to = -1;
static char reason_here[REASON_MAX];

static void take_reason(const char *text)
{
	char buf[REASON_MAX];
	size_t len = strnlen(text, sizeof(buf) - 1);

	host_note_place();
	memcpy(buf, text, len);
	buf[len] = '\0';
	/* With its NUL: that is what ends a reason in the pipe */
	if (reason_to >= 0)
		write_all(reason_to, buf, len + 1);
	else if (!reason_here[0])
		memcpy(reason_here, buf, len + 1);
}

static const struct log_sink sink = { .reason = take_reason };

static enum shim_result run_case(const struct test_case *tc)
{
	log_set_sink(&sink);
	graphs_of(tc->suite, tc->name);
	if (tc->oom.on)
		return shim_sweep_case(tc->nr, &tc->oom);
	if (tc->search.on)
		return shim_search_case(tc->nr, &tc->search);
	return shim_run_case(tc->nr);
}

/**
 * child_main() - run a case in a process of its own, and end it
 * @tc: the case
 * @reason_fd: where reasons go, each with a NUL, and what says that the case has returned
 */
void child_main(const struct test_case *tc, int reason_fd)
{
	const char done = REASON_DONE;
	enum shim_result result;

	reason_to = reason_fd;
	result = run_case(tc);
	write_all(reason_fd, &done, 1);
	host_exit(result);
}

/**
 * run_in_place() - run a case in this process
 * @tc: the case; swept, the process ends with the operation that failed
 * @now: where it notes where it is
 * @reason: set to what host_reason() was told, or NULL
 *
 * Return: the end of the case in the form of waitpid()'s status.
 */
int run_in_place(const struct test_case *tc, struct shim_now *now, const char **reason)
{
	int status;

	host_place_to(&now->place);
	status = W_EXITCODE(run_case(tc), 0);
	*reason = reason_here[0] ? reason_here : NULL;
	return status;
}

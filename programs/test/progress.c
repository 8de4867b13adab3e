// SPDX-License-Identifier: GPL-2.0
/* A line on the terminal that says how far the run is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "progress.h"
#include "util.h"

static bool enabled;
static bool shown;
static unsigned int total, done, failed;

/**
 * progress_begin() - start to show the progress, if there is a terminal
 * @nr: number of cases to come
 */
void progress_begin(unsigned int nr)
{
	enabled = isatty(STDERR_FILENO);
	total = nr;
}

/**
 * progress_show() - show the progress
 * @tc: the case that is done
 */
void progress_show(const struct test_case *tc)
{
	char *line;

	done++;
	failed += tc->result.verdict == FAILED;
	if (!enabled)
		return;
	line = xasprintf("[%4u/%u] %u failed %s.%s", done, total, failed, tc->suite, tc->name);
	fprintf(stderr, "\r%.*s\033[K", terminal_width(STDERR_FILENO), line);
	fflush(stderr);
	free(line);
	shown = true;
}

/**
 * progress_clear() - erase the line, for something else to be printed
 */
void progress_clear(void)
{
	if (!shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	shown = false;
}

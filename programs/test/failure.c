// SPDX-License-Identifier: GPL-2.0
/* The place of a failure: the TEST() of the case and the statement that was running. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "source.h"
#include "util.h"

#define MOST_INLINED	16

static const char *skip_space(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* The length of the last cell of a row of a table: up to its " |". */
static int cell_len(const char *cell)
{
	const char *end = strstr(cell, " |\n");

	return end ? end - cell : (int)strcspn(cell, "\n");
}

/* The row of a rule in the tables of docs/oracle.md, with its place; NULL if it is not there. */
static char *row_of(const char *top, int top_len, const char *rule, int rule_len)
{
	char *path = xasprintf("%.*sdocs/oracle.md", top_len, top);
	char *start = xasprintf("| `%.*s` | ", rule_len, rule);
	FILE *file = fopen(path, "re");
	char *line = NULL, *row = NULL;
	unsigned int nr = 0;
	size_t size = 0;

	while (file && !row && getline(&line, &size, file) > 0) {
		nr++;
		if (!strncmp(line, start, strlen(start)))
			row = xasprintf("%.*s, docs/oracle.md:%u: %.*s", rule_len, rule, nr,
					cell_len(line + strlen(start)), line + strlen(start));
	}
	free(line);
	if (file)
		fclose(file);
	free(start);
	free(path);
	return row;
}

/* The oracle names the rule as "(rule map_count)"; @file is in the tree that has the docs. */
static char *rule_of(const char *reason, const char *file, const char *below)
{
	const char *rule = strstr(reason, " (rule ");

	if (!rule)
		return NULL;
	rule += strlen(" (rule ");
	return row_of(file, strlen(file) - strlen(below), rule, strcspn(rule, ")"));
}

/* The statement: that of the function that no other is inlined in, which is the case. */
static void find_statement(struct test_case *tc)
{
	struct result *res = &tc->result;
	struct source_line at[MOST_INLINED];
	unsigned int nr = source_lines(res->now.place, at, MOST_INLINED);

	if (nr && !strcmp(source_path(at[nr - 1].file), tc->file)) {
		res->line = at[nr - 1].line;
		res->statement = source_text(at[nr - 1].file, res->line);
		res->rule = rule_of(res->reason, at[nr - 1].file, tc->file);
	}
	source_free(at, nr);
}

/* The line that has the condition of "WARNING: FILE:LINE at" or "kernel BUG at FILE:LINE". */
static char *condition_of(const char *reason)
{
	static const char *const heads[] = { "WARNING: ", "kernel BUG at " };
	char path[256], *text, *line = NULL;
	unsigned int nr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		if (strncmp(reason, heads[i], strlen(heads[i])) ||
		    sscanf(reason + strlen(heads[i]), "%255[^ :]:%u", path, &nr) != 2)
			continue;
		text = source_text(path, nr);
		if (text)
			line = xasprintf("%s:%u: %s", path, nr, text);
		free(text);
	}
	return line;
}

/* KUnit's "EXPECTATION FAILED at FILE:LINE TEXT": the text, and the place. */
static const char *behind_heading(const char *reason, const char **place, int *len)
{
	const char *at = strstr(reason, " FAILED at ");

	*len = 0;
	if (!at || (at != reason + strlen("EXPECTATION") && at != reason + strlen("ASSERTION")))
		return reason;
	*place = at + strlen(" FAILED at ");
	*len = strcspn(*place, " ");
	return skip_space(*place + *len);
}

/* The oracle and the sweep say what they saw; where they stand does not matter. */
static bool is_of_lib(const char *text)
{
	return !strncmp(text, "oracle: ", 8) || !strncmp(text, "sweep: ", 7);
}

static char *reason_with_place(const struct test_case *tc)
{
	const struct result *res = &tc->result;
	char *where = xasprintf("%s:%u", tc->file, res->line ? res->line : tc->line);
	char *of = res->line ? xasprintf(" (TEST :%u)", tc->line) : xasprintf("%s", "");
	const char *helper = NULL, *text;
	char *reason;
	int len;

	text = behind_heading(res->reason, &helper, &len);
	if (is_of_lib(text) || (len == (int)strlen(where) && !strncmp(helper, where, len)))
		len = 0;
	reason = xasprintf("%s%s: %s%s%.*s%s", where, of, text, len ? " [" : "", len,
			   len ? helper : "", len ? "]" : "");
	free(of);
	free(where);
	return reason;
}

/* KUnit's own report of its one suite with one case, which says nothing of the case. */
static bool is_frame(const char *line)
{
	static const char *const heads[] = {
		"KTAP version 1", "1..1", "# Subtest: ", "# module: ", "ok 1 ", "not ok 1 ",
	};
	size_t i;

	line = skip_space(line);
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		if (!strncmp(line, heads[i], strlen(heads[i])))
			return true;
	return false;
}

static void leave_out_frame(char *log)
{
	char *to = log, *line = log, *end;

	for (; *line; line = end) {
		end = strchrnul(line, '\n');
		end += *end == '\n';
		if (is_frame(line))
			continue;
		memmove(to, line, end - line);
		to += end - line;
	}
	*to = '\0';
}

/**
 * failure_place() - put the place of a failure into the result, and lines into its log
 * @tc: the case, whose result is final
 * @with_log: the log is shown, even if the case has not failed
 */
void failure_place(struct test_case *tc, bool with_log)
{
	struct result *res = &tc->result;
	char *reason;

	if (res->verdict == FAILED) {
		find_statement(tc);
		res->condition = condition_of(res->reason);
		reason = reason_with_place(tc);
		free(res->reason);
		res->reason = reason;
	}
	if (res->log && (res->verdict == FAILED || with_log)) {
		leave_out_frame(res->log);
		res->log = source_annotate(res->log);
	}
}

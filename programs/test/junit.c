// SPDX-License-Identifier: GPL-2.0
/* The results as JUnit XML, for CI systems. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "junit.h"
#include "util.h"

static FILE *out;
static char *tmp_name;

/**
 * junit_open() - see to it that the report can be written
 * @opt: the command line
 *
 * Called before anything runs, which would be in vain without the report.
 */
void junit_open(const struct options *opt)
{
	struct stat st;

	/* To rename a file to /dev/null is not what anybody wants */
	if (!stat(opt->junit, &st) && !S_ISREG(st.st_mode))
		die("%s: not a regular file", opt->junit);
	tmp_name = xasprintf("%s.tmp", opt->junit);
	out = fopen(tmp_name, "we");
	if (!out)
		die("%s: %s", tmp_name, strerror(errno));
}

static void put_escaped(const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			putc(*text, out);
		}
	}
}

static void put_attr(const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	put_escaped(value);
	putc('"', out);
}

/* The attributes for the cases from @first to before @end. */
static void put_counts(const struct plan *plan, unsigned int first, unsigned int end)
{
	unsigned int i, failed = 0, skipped = 0, missing = 0;
	const struct test_case *tc;
	double seconds = 0;

	for (i = first; i < end; i++) {
		tc = &plan->cases[i];
		seconds += tc->result.seconds;
		if (!tc->done)
			missing++;
		else if (tc->result.verdict == FAILED)
			failed++;
		else if (tc->result.verdict == SKIPPED)
			skipped++;
	}
	fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
		end - first, failed, missing, skipped, seconds);
}

static void put_case(const struct test_case *tc)
{
	const struct result *res = &tc->result;

	fputs("    <testcase", out);
	put_attr("classname", tc->suite);
	put_attr("name", tc->name);
	put_attr("file", tc->file);
	fprintf(out, " line=\"%u\"", res->line ? res->line : tc->line);
	fprintf(out, " time=\"%.3f\"", res->seconds);
	if (!tc->done) {
		fputs(">\n      <error message=\"the run was interrupted\"/>\n", out);
	} else if (res->verdict == SKIPPED) {
		fputs(">\n      <skipped", out);
		put_attr("message", res->reason ? res->reason : "");
		fputs("/>\n", out);
	} else if (res->verdict == FAILED) {
		fputs(">\n      <failure", out);
		put_attr("message", res->reason);
		putc('>', out);
		if (res->detail) {
			put_escaped(res->detail);
			putc('\n', out);
		}
		put_escaped(res->log ? res->log : "");
		fputs("</failure>\n", out);
	} else {
		fputs("/>\n", out);
		return;
	}
	fputs("    </testcase>\n", out);
}

static void put_suite(const struct plan *plan, const struct options *opt,
		      unsigned int first, unsigned int end)
{
	unsigned int i;

	fputs("  <testsuite", out);
	put_attr("name", plan->cases[first].suite);
	put_counts(plan, first, end);
	fputs("    <properties>\n", out);
	fprintf(out, "      <property name=\"seed\" value=\"%llu\"/>\n", opt->shim.seed);
	fputs("    </properties>\n", out);
	for (i = first; i < end; i++)
		put_case(&plan->cases[i]);
	fputs("  </testsuite>\n", out);
}

/**
 * junit_write() - write the report
 * @plan: the plan with its results
 * @opt: the command line
 *
 * The report appears under its name only when it is complete. Not to have it
 * is an error, not to be taken for a run without failures.
 */
void junit_write(const struct plan *plan, const struct options *opt)
{
	unsigned int i, first = 0;
	bool bad;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
	put_attr("name", program_invocation_short_name);
	put_counts(plan, 0, plan->nr_cases);
	for (i = 0; i < plan->nr_cases; i++) {
		if (!plan_ends_suite(plan, i))
			continue;
		put_suite(plan, opt, first, i + 1);
		first = i + 1;
	}
	fputs("</testsuites>\n", out);
	bad = ferror(out);
	if (fclose(out) || bad || rename(tmp_name, opt->junit)) {
		remove(tmp_name);
		die("%s: the report cannot be written", opt->junit);
	}
	free(tmp_name);
}

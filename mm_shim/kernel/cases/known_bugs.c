// SPDX-License-Identifier: GPL-2.0
/*
 * The bugs of the tree under test that scripts/build/known-bugs has found in its source,
 * with the fix that each lacks and the cases that show it: ./vma_test --known-bugs.
 */
#include <linux/printk.h>
#include <linux/string.h>
#include <generated/shim_known_bugs.h>
#include <generated/shim_subject.h>
#include <generated/utsrelease.h>

#include <shim/cases.h>
#include <shim/host.h>
#include <shim/suite.h>

/**
 * struct known_bug - a line of scripts/build/known-bugs
 * @here: the tree has the code that causes it
 * @finding: its number in docs/results/findings.md, or 0
 * @fix: title of the commit that fixes it, "" if it is not known
 * @cases: the cases that show it, "suite.case" or "suite.ca*", with blanks between them
 * @excused: those of @cases that cannot see the symptom themselves: the runner skips them
 *	where they fail
 * @reason: why
 */
struct known_bug {
	bool here;
	int finding;
	const char *fix;
	const char *cases;
	const char *excused;
	const char *reason;
};

#define REASON(name, finding, fix)						\
	(finding ? "kernel bug, docs/results/findings.md " #finding :		\
	 sizeof(fix) > 1 ? "kernel bug without the fix \"" fix "\"" :		\
	 "kernel bug, " name " of scripts/build/known-bugs")
#define SHIM_BUG(probe, here, finding, fix, cases, excused) \
	{ here, finding, fix, cases, excused, REASON(#probe, finding, fix) },

static const struct known_bug bugs[] = { SHIM_KNOWN_BUGS };

/* Is suite.name among the words of a list? A word may end in "*". */
static bool lists(const char *cases, const char *suite, const char *name)
{
	size_t len = strlen(suite), word;
	const char *p;

	for (p = cases; *p; p += word, p += strspn(p, " ")) {
		word = strcspn(p, " ");
		if (word <= len || strncmp(p, suite, len) || p[len] != '.')
			continue;
		if (p[word - 1] == '*' ? !strncmp(p + len + 1, name, word - len - 2) :
		    strlen(name) == word - len - 1 && !strncmp(p + len + 1, name, word - len - 1))
			return true;
	}
	return false;
}

/**
 * shim_known_bug() - a bug of the tree that a case shows without seeing it
 * @suite: its suite, without a mode
 * @name: its name
 *
 * Return: the reason to skip the case for, if it fails; NULL if no bug of it is known.
 */
const char *shim_known_bug(const char *suite, const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		if (bugs[i].here && lists(bugs[i].excused, suite, name))
			return bugs[i].reason;
	return NULL;
}

static void print_text(const struct known_bug *bug)
{
	if (*bug->fix)
		pr_info("\nlacks \"%s\"\n", bug->fix);
	else
		pr_info("\nno fix is known by its title\n");
	if (bug->finding)
		pr_info("    described in docs/results/findings.md, %d\n", bug->finding);
	pr_info("    shown by %s\n", bug->cases);
}

/* No title and no name has a quote or a backslash in it, see scripts/build/probes. */
static void print_json(const struct known_bug *bug, bool first)
{
	const char *p = bug->cases, *sep = "";
	size_t len;

	pr_info("%s\n  {\"fix\": ", first ? "" : ",");
	if (*bug->fix)
		pr_info("\"%s\"", bug->fix);
	else
		pr_info("null");
	if (bug->finding)
		pr_info(", \"finding\": %d", bug->finding);
	pr_info(", \"cases\": [");
	while (*p) {
		len = strcspn(p, " ");
		pr_info("%s\"%.*s\"", sep, (int)len, p);
		sep = ", ";
		p += len;
		p += strspn(p, " ");
	}
	pr_info("]}");
}

void shim_print_known_bugs(int json)
{
	unsigned int i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(bugs); i++)
		nr += bugs[i].here;
	if (json)
		pr_info("{\"tree\": \"%s\", \"version\": \"%s\", \"bugs\": [", SHIM_SUBJECT_TREE,
			UTS_RELEASE);
	else
		pr_info("%u known bugs are in the source of %s, %s\n", nr, SHIM_SUBJECT_TREE,
			UTS_RELEASE);
	for (i = 0, nr = 0; i < ARRAY_SIZE(bugs); i++) {
		if (!bugs[i].here)
			continue;
		if (json)
			print_json(&bugs[i], !nr++);
		else
			print_text(&bugs[i]);
	}
	if (json)
		pr_info("\n]}\n");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * --shrink-to: an expression in C about what is in use, such as "vmas >= 3 && anon_vmas == 1".
 *
 *	or   = and { "||" and }		and = not { "&&" not }		not = "!" not | compare
 *	compare = sum [ ("==" | "!=" | "<=" | ">=" | "<" | ">") sum ]
 *	sum  = product { ("+" | "-") product }		product = value { "*" value }
 *	value = NUMBER | NAME | "(" or ")"
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replayer.h"
#include "until.h"

#define DEEP	100	/* brackets and ! in each other */

static const char *whole;		/* the expression */

/* Names of struct replay_sample's objects, in their order. */
static const char *const names[REPLAY_CACHES] = {
	"vmas", "anon_vmas", "chains", "nodes", "tables", "pages",
};

/**
 * struct reading - where an expression is read
 * @at: the next character
 * @s: what the names stand for
 * @depth: how many "(" and "!" it is in
 */
struct reading {
	const char *at;
	const struct replay_sample *s;
	unsigned int depth;
};

static long or_of(struct reading *e);

static void __noreturn wrong(const struct reading *e, const char *why)
{
	fprintf(stderr, "%s: --shrink-to: %s at '%s'; names are spaces", program_invocation_short_name, why, e->at);
	for (size_t i = 0; i < REPLAY_CACHES; i++)
		fprintf(stderr, " %s", names[i]);
	fputc('\n', stderr);
	usage_error();
}

/* Is this the next word? Then it is passed. */
static bool next(struct reading *e, const char *word)
{
	e->at += strspn(e->at, " \t");
	if (strncmp(e->at, word, strlen(word)))
		return false;
	e->at += strlen(word);
	return true;
}

static long name_of(struct reading *e)
{
	size_t len = strspn(e->at, "abcdefghijklmnopqrstuvwxyz_"), i;

	for (i = 0; i < REPLAY_CACHES; i++)
		if (strlen(names[i]) == len && !strncmp(e->at, names[i], len))
			break;
	if (i == REPLAY_CACHES && (len != 6 || strncmp(e->at, "spaces", len)))
		wrong(e, len ? "no such name" : "a value is missing");
	e->at += len;
	return i == REPLAY_CACHES ? e->s->spaces : e->s->objects[i];
}

static long value_of(struct reading *e)
{
	long value;
	char *end;

	if (next(e, "(")) {
		if (++e->depth > DEEP)
			wrong(e, "too many brackets");
		value = or_of(e);
		if (!next(e, ")"))
			wrong(e, "a bracket is missing");
		e->depth--;
		return value;
	}
	if (!isdigit((unsigned char)*e->at))
		return name_of(e);
	errno = 0;
	value = strtol(e->at, &end, 0);
	if (errno || value > 1000000000)
		wrong(e, "a number is too large");
	e->at = end;
	return value;
}

static long product_of(struct reading *e)
{
	unsigned long value = value_of(e);

	while (next(e, "*"))
		value *= value_of(e);
	return value;
}

static long sum_of(struct reading *e)
{
	unsigned long value = product_of(e);

	while (true) {
		if (next(e, "+"))
			value += product_of(e);
		else if (next(e, "-"))
			value -= product_of(e);
		else
			return value;
	}
}

static long compare_of(struct reading *e)
{
	long value = sum_of(e);

	if (next(e, "=="))
		return value == sum_of(e);
	if (next(e, "!="))
		return value != sum_of(e);
	if (next(e, "<="))
		return value <= sum_of(e);
	if (next(e, ">="))
		return value >= sum_of(e);
	if (next(e, "<"))
		return value < sum_of(e);
	return next(e, ">") ? value > sum_of(e) : value;
}

static long not_of(struct reading *e)
{
	unsigned int nr = 0;
	long value;

	e->at += strspn(e->at, " \t");
	while (*e->at == '!' && e->at[1] != '=' && next(e, "!"))
		nr++;
	value = compare_of(e);
	return nr ? (nr % 2) ^ !!value : value;
}

static long and_of(struct reading *e)
{
	long value = not_of(e);

	/* both sides are read in any case */
	while (next(e, "&&"))
		value = !!not_of(e) & !!value;
	return value;
}

static long or_of(struct reading *e)
{
	long value = and_of(e);

	while (next(e, "||"))
		value = !!and_of(e) | !!value;
	return value;
}

static long evaluate(const struct replay_sample *s)
{
	struct reading e = { .at = whole, .s = s };
	long value = or_of(&e);

	if (next(&e, "") && *e.at)
		wrong(&e, "not expected");
	return value;
}

/**
 * until_set() - take the expression of --shrink-to
 * @text: it; one that cannot be read ends the program
 */
void until_set(const char *text)
{
	const struct replay_sample none = { .call = 0 };

	whole = text;
	evaluate(&none);
}

/**
 * until_holds() - check if the expression holds
 * @s: what is in use
 */
int until_holds(const struct replay_sample *s)
{
	return !!evaluate(s);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The log of a case: a bounded part of its text, and the sanitizer reports in
 * it, which are looked for while the text comes in as they may be in the part
 * that is not kept.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "util.h"

static void keep_first(char **where, const char *text)
{
	if (!*where)
		*where = text_clean(text, strlen(text));
}

/*
 * The colon after the name matters: "WARNING: AddressSanitizer failed to
 * allocate" is a remark and no report.
 */
static const char *find_report(const char *line)
{
	static const char * const start[] = { "ERROR: ", "WARNING: ", "FATAL: " };
	const char *at, *name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(start); i++) {
		at = strstr(line, start[i]);
		if (!at)
			continue;
		name = at + strlen(start[i]);
		name += strcspn(name, " :");
		if (!strncmp(name, ": ", 2) && name - at > 9 && !memcmp(name - 9, "Sanitizer", 9))
			return at;
	}
	return NULL;
}

static void scan_line(struct capture *cap)
{
	const char *at;

	cap->line[cap->line_len] = '\0';
	cap->line_len = 0;
	if (strstr(cap->line, ": runtime error: ")) {
		keep_first(&cap->ubsan, cap->line);
	} else if (!strncmp(cap->line, "SUMMARY: ", 9)) {
		/* UBSan's summary says less than its report */
		if (!strstr(cap->line, "SUMMARY: UndefinedBehavior"))
			keep_first(&cap->summary, cap->line + 9);
	} else {
		at = find_report(cap->line);
		if (at)
			keep_first(&cap->error, at);
	}
}

static void scan(struct capture *cap, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n')
			scan_line(cap);
		else if (text[i] && cap->line_len < sizeof(cap->line) - 1)
			cap->line[cap->line_len++] = text[i];
	}
}

/**
 * capture_add() - take in a piece of log
 * @cap: the log so far; all zeroes at first
 * @text: the piece
 * @len: its length
 */
void capture_add(struct capture *cap, const char *text, size_t len)
{
	size_t part, at;

	scan(cap, text, len);
	if (!cap->head)
		cap->head = xcalloc(1, CAPTURE_HALF);
	if (cap->total < CAPTURE_HALF) {
		part = CAPTURE_HALF - cap->total;
		if (part > len)
			part = len;
		memcpy(cap->head + cap->total, text, part);
		cap->total += part;
		text += part;
		len -= part;
	}
	if (len && !cap->tail)
		cap->tail = xcalloc(1, CAPTURE_HALF);
	while (len) {
		at = cap->total % CAPTURE_HALF;
		part = CAPTURE_HALF - at;
		if (part > len)
			part = len;
		memcpy(cap->tail + at, text, part);
		cap->total += part;
		text += part;
		len -= part;
	}
}

/**
 * capture_finish() - note that the log is complete
 * @cap: the log, whose last line may lack its newline
 */
void capture_finish(struct capture *cap)
{
	if (cap->line_len)
		scan_line(cap);
}

/**
 * capture_report() - the sanitizer report in a log
 * @cap: the log
 *
 * Return: the line that says most about the first report, NULL without one.
 */
const char *capture_report(const struct capture *cap)
{
	if (cap->error && cap->summary)
		return cap->summary;
	return cap->error ? cap->error : cap->ubsan;
}

/* Whole lines only, unless there is a single endless one. */
static char *cut_text(const char *head, const char *tail, size_t cut)
{
	size_t head_len = CAPTURE_HALF, tail_len = CAPTURE_HALF;
	const char *newline;
	char *text, *mark, *p;

	newline = memrchr(head, '\n', head_len);
	if (newline) {
		cut += head + head_len - (newline + 1);
		head_len = newline + 1 - head;
	}
	newline = memchr(tail, '\n', tail_len - 1);
	if (newline) {
		cut += newline + 1 - tail;
		tail_len -= newline + 1 - tail;
		tail = newline + 1;
	}
	mark = xasprintf("%s[... %zu bytes of log cut here ...]\n",
			 head[head_len - 1] == '\n' ? "" : "\n", cut);
	text = xcalloc(1, head_len + strlen(mark) + tail_len);
	p = mempcpy(text, head, head_len);
	p = mempcpy(p, mark, strlen(mark));
	p = mempcpy(p, tail, tail_len);
	free(mark);
	mark = text_clean(text, p - text);
	free(text);
	return mark;
}

/**
 * capture_text() - what is kept of a log
 * @cap: the log
 *
 * Return: clean text, to be freed with free(), with a line that says how much
 * was cut, or NULL if nothing was logged.
 */
char *capture_text(const struct capture *cap)
{
	char both[CAPTURE_MAX];
	size_t at, tail_len;

	if (!cap->total)
		return NULL;
	if (cap->total <= CAPTURE_MAX) {
		tail_len = cap->total > CAPTURE_HALF ? cap->total - CAPTURE_HALF : 0;
		memcpy(both, cap->head, cap->total - tail_len);
		if (tail_len)
			memcpy(both + CAPTURE_HALF, cap->tail, tail_len);
		return text_clean(both, cap->total);
	}
	at = cap->total % CAPTURE_HALF;
	memcpy(both, cap->tail + at, CAPTURE_HALF - at);
	memcpy(both + CAPTURE_HALF - at, cap->tail, at);
	return cut_text(cap->head, both, cap->total - CAPTURE_MAX);
}

/**
 * capture_free() - drop a log
 * @cap: the log, empty and usable again afterwards
 */
void capture_free(struct capture *cap)
{
	free(cap->head);
	free(cap->tail);
	free(cap->summary);
	free(cap->error);
	free(cap->ubsan);
	memset(cap, 0, sizeof(*cap));
}

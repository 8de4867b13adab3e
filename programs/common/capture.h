/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNNER_CAPTURE_H
#define RUNNER_CAPTURE_H

#include <stddef.h>

/* The log of a case is kept up to this size, half of it from its end. */
#define CAPTURE_MAX	(64u << 10)
#define CAPTURE_HALF	(CAPTURE_MAX / 2)

/**
 * struct capture - the log of a running case
 * @head: the first CAPTURE_HALF bytes
 * @tail: a ring of the last CAPTURE_HALF bytes after these
 * @total: number of bytes seen
 * @line: the start of the line being received
 * @line_len: length of @line
 * @summary: first "SUMMARY:" line of a sanitizer, without that word
 * @error: first line that opens a sanitizer's report
 * @ubsan: first UBSan report
 */
struct capture {
	char *head;
	char *tail;
	size_t total;
	char line[512];
	size_t line_len;
	char *summary;
	char *error;
	char *ubsan;
};

void capture_add(struct capture *cap, const char *text, size_t len);
void capture_finish(struct capture *cap);
const char *capture_report(const struct capture *cap);
char *capture_text(const struct capture *cap);
void capture_free(struct capture *cap);

#endif /* RUNNER_CAPTURE_H */

// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "util.h"

/**
 * xcalloc() - calloc() that does not fail
 * @nr: number of elements
 * @size: size of an element
 *
 * Return: zeroed memory, also for @nr = 0.
 */
void *xcalloc(size_t nr, size_t size)
{
	void *p = calloc(nr ? nr : 1, size);

	if (!p)
		die("out of memory");
	return p;
}

/**
 * xasprintf() - asprintf() that does not fail
 * @fmt: as for printf()
 *
 * Return: the text, to be freed with free().
 */
char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		die("out of memory");
	return text;
}

/**
 * now_seconds() - time that only goes forward
 *
 * Return: seconds since some point in the past.
 */
double now_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/**
 * terminal_width() - get the columns of a line that is to be erased again
 * @fd: the terminal
 *
 * A line that fills the terminal may wrap, and then cannot be erased.
 *
 * Return: columns, at most 79.
 */
int terminal_width(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col || size.ws_col > 80)
		return 79;
	return size.ws_col - 1;
}

/* The length of the UTF-8 sequence at @s that XML allows too, or 0. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int code;
	size_t len, i;

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (len > left)
		return 0;
	code = s[0] & (0xff >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff)
		return 0;
	if ((code >= 0xd800 && code <= 0xdfff) || (code & 0xfffe) == 0xfffe)
		return 0;
	return len;
}

/**
 * text_clean() - make log text fit for a report
 * @text: any bytes
 * @len: their number
 *
 * A test may log anything, but what parses the reports must neither see
 * invalid UTF-8 nor control characters: python takes a lone CR for a newline,
 * and XML has no way to write most of them.
 *
 * Return: a string to be freed with free().
 */
char *text_clean(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	char *clean = xcalloc(len + 1, 4);
	char *out = clean;
	size_t i = 0, seq;

	while (i < len) {
		seq = utf8_len(s + i, len - i);
		if (s[i] == '\r') {
			/* CRLF is one newline */
			if (i + 1 == len || s[i + 1] != '\n')
				*out++ = '\n';
			i++;
		} else if (s[i] == '\n' || s[i] == '\t' || (s[i] >= ' ' && s[i] < 0x7f)) {
			*out++ = s[i++];
		} else if (seq) {
			memcpy(out, s + i, seq);
			out += seq;
			i += seq;
		} else {
			out += sprintf(out, "\\x%02x", s[i++]);
		}
	}
	*out = '\0';
	return clean;
}

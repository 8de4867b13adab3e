// SPDX-License-Identifier: GPL-2.0
/* A call as strace writes it: its name, its arguments, what it returned. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "strace.h"

/* Past the quote that ends a string. */
static char *skip_string(char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at : NULL;
}

/*
 * "3</tmp/a (b)>", "AT_FDCWD</tmp>", "12<bash>", "3<UNIX:[1->2]>", "4</dev/null<char 1:3>>":
 * past the bracket that closes what -y, -yy and -Y write. A path may have a bracket too.
 */
static char *skip_path(char *at)
{
	char *start = at, *first = NULL;
	int depth = 0;

	for (; *at; at++) {
		if (*at == '<') {
			depth++;
		} else if (*at == '>' && at[-1] != '-') {
			first = first ?: at;
			if (!--depth)
				return at;
		}
	}
	return first ?: strchr(start, '>');
}

static bool opens_path(const char *start, const char *at)
{
	return at > start && (isalnum((unsigned char)at[-1]) || at[-1] == '_') && at[1] != '<' &&
	       at[1] != ' ' && at[1] != '.' && at[1] != '\0';
}

/* The comma or the bracket that ends an argument, over quotes, brackets and comments. */
static char *end_of_arg(char *at)
{
	const char *start = at;
	int depth = 0;

	for (; at && *at; at++) {
		if (*at == '"')
			at = skip_string(at);
		else if (*at == '<' && opens_path(start, at))
			at = skip_path(at);
		else if (*at == '/' && at[1] == '*' && strstr(at, "*/"))
			at = strstr(at, "*/") + 1;
		else if (strchr("([{", *at))
			depth++;
		else if (depth && strchr(")]}", *at))
			depth--;
		else if (!depth && (*at == ',' || *at == ')'))
			return at;
		if (!at)
			return NULL;
	}
	return NULL;
}

/**
 * strace_call() - take "name(arg, arg) = result" apart
 * @line: the text, which is changed
 * @l: filled in
 *
 * Return: whether it is of that form.
 */
bool strace_call(char *line, struct lexed *l)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789");
	char *at;

	if (!len || len >= sizeof(l->name) || line[len] != '(')
		return false;
	memcpy(l->name, line, len);
	l->name[len] = '\0';
	at = split_args(line + len + 1, end_of_arg, l->arg, &l->nr_args);
	if (!at)
		return false;
	at += strspn(at, " ");
	if (strncmp(at, "= ", 2))
		return false;
	l->ret = at + 2;
	return *l->ret;
}

/* "12:34:56 ", "12:34:56.789012 ", "1700000000.123456 ", "0.000123 ", "(+     0.000123) ". */
static char *skip_time(char *line)
{
	size_t len = strspn(line, "+0123456789:.");

	if (!strncmp(line, "(+", 2) && strchr(line, ')')) {
		line = strchr(line, ')') + 1;
		return line + strspn(line, " ");
	}
	if (!len || line[len] != ' ' || !(memchr(line, ':', len) || memchr(line, '.', len)))
		return line;
	return line + len + strspn(line + len, " ");
}

/* "[  59] " of -n, "[00007f0123456789] " and "[????????????????] " of -i. */
static char *skip_numbers(char *line)
{
	size_t len;

	while (*line == '[') {
		len = strspn(line + 1, " 0123456789abcdef?");
		if (!len || line[len + 1] != ']' || line[len + 2] != ' ')
			break;
		line += len + 2;
		line += strspn(line, " ");
	}
	return line;
}

/* "12", "12<bash>": past it; @pid is set. */
static char *read_pid(char *line, long *pid)
{
	char *end;

	*pid = strtol(line, &end, 10);
	if (end > line && *end == '<' && strchr(end, '>'))
		end = strchr(end, '>') + 1;
	return end;
}

/**
 * strace_prefix() - what stands before a call: a process, times, numbers
 * @line: the line
 * @pid: set to the process, 0 if none is named
 *
 * Return: the rest.
 */
char *strace_prefix(char *line, long *pid)
{
	long value;
	char *end;

	*pid = 0;
	line += strspn(line, " ");
	if (!strncmp(line, "[pid", 4)) {
		end = read_pid(line + 4, &value);
		if (*end == ']') {
			*pid = value;
			line = end + 1;
		}
	} else if (isdigit((unsigned char)*line)) {
		end = read_pid(line, &value);
		if (*end == ' ') {
			*pid = value;
			line = end;
		}
	}
	line += strspn(line, " ");
	/* -t and -r together */
	return skip_numbers(skip_time(skip_time(line)));
}

// SPDX-License-Identifier: GPL-2.0
/* A line of strace -f: who, when, which call, its arguments, what it returned. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "replayer.h"

#define VALUE(name)	{ #name, name }

/* Names are strace's; the C library here may not know the newest. */
static const struct {
	const char *name;
	unsigned long value;
} values[] = {
	VALUE(PROT_NONE), VALUE(PROT_READ), VALUE(PROT_WRITE), VALUE(PROT_EXEC),
	VALUE(PROT_GROWSDOWN), VALUE(PROT_GROWSUP),
	VALUE(MAP_SHARED), VALUE(MAP_PRIVATE), VALUE(MAP_SHARED_VALIDATE), VALUE(MAP_FIXED),
	VALUE(MAP_ANONYMOUS), VALUE(MAP_GROWSDOWN), VALUE(MAP_DENYWRITE), VALUE(MAP_EXECUTABLE),
	VALUE(MAP_LOCKED), VALUE(MAP_NORESERVE), VALUE(MAP_POPULATE), VALUE(MAP_NONBLOCK),
	VALUE(MAP_STACK), VALUE(MAP_HUGETLB), VALUE(MAP_SYNC), VALUE(MAP_FIXED_NOREPLACE),
	VALUE(MREMAP_MAYMOVE), VALUE(MREMAP_FIXED), { "MREMAP_DONTUNMAP", 4 },
	{ "MADV_NORMAL", 0 }, { "MADV_RANDOM", 1 }, { "MADV_SEQUENTIAL", 2 },
	{ "MADV_WILLNEED", 3 }, { "MADV_DONTNEED", 4 }, { "MADV_FREE", 8 },
	{ "MADV_REMOVE", 9 }, { "MADV_DONTFORK", 10 }, { "MADV_DOFORK", 11 },
	{ "MADV_MERGEABLE", 12 }, { "MADV_UNMERGEABLE", 13 }, { "MADV_HUGEPAGE", 14 },
	{ "MADV_NOHUGEPAGE", 15 }, { "MADV_DONTDUMP", 16 }, { "MADV_DODUMP", 17 },
	{ "MADV_WIPEONFORK", 18 }, { "MADV_KEEPONFORK", 19 }, { "MADV_COLD", 20 },
	{ "MADV_PAGEOUT", 21 }, { "MADV_POPULATE_READ", 22 }, { "MADV_POPULATE_WRITE", 23 },
	{ "MADV_DONTNEED_LOCKED", 24 }, { "MADV_COLLAPSE", 25 }, { "MADV_HWPOISON", 100 },
	{ "MADV_SOFT_OFFLINE", 101 }, { "MADV_GUARD_INSTALL", 102 },
	{ "MADV_GUARD_REMOVE", 103 },
};

static const struct {
	const char *name;
	int value;
} errors[] = {
	VALUE(EPERM), VALUE(EINTR), VALUE(EIO), VALUE(EBADF), VALUE(EAGAIN), VALUE(ENOMEM),
	VALUE(EACCES), VALUE(EFAULT), VALUE(EBUSY), VALUE(EEXIST), VALUE(ENODEV),
	VALUE(EINVAL), VALUE(ENFILE), VALUE(EMFILE), VALUE(ETXTBSY), VALUE(ENOSYS),
	VALUE(EOVERFLOW), VALUE(ENOENT), VALUE(EOPNOTSUPP), VALUE(E2BIG), VALUE(ENOEXEC),
};

/* 0 for NULL, and for a hint that only a newer strace knows */
static unsigned long value_of(const char *name, size_t len)
{
	size_t i;

	if (isdigit((unsigned char)*name))
		return strtoul(name, NULL, 0);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		if (strlen(values[i].name) == len && !memcmp(values[i].name, name, len))
			return values[i].value;
	return 0;
}

/**
 * lex_number() - a number, or names with | between them
 * @text: an argument
 */
unsigned long lex_number(const char *text)
{
	unsigned long value = 0;
	size_t len;

	for (; *text; text += len + (text[len] == '|')) {
		len = strcspn(text, "|");
		/* "21<<MAP_HUGE_SHIFT" and its like choose a size, and no more */
		if (!memmem(text, len, "<<", 2))
			value |= value_of(text, len);
	}
	return value;
}

/**
 * lex_result() - what a call returned
 * @text: what stands behind the " = "
 *
 * Return: the number or a negative errno.
 */
long lex_result(const char *text)
{
	size_t i, len;

	if (strncmp(text, "-1 ", 3))
		return strtoul(text, NULL, 0);
	text += 3;
	len = strcspn(text, " ");
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (strlen(errors[i].name) == len && !memcmp(errors[i].name, text, len))
			return -errors[i].value;
	return -EINVAL;
}

/* "12:34:56 ", "12:34:56.789012 ", "1700000000.123456 ", "0.000123 ". */
static char *skip_time(char *line)
{
	size_t len = strspn(line, "+0123456789:.");

	if (!len || line[len] != ' ' || !(memchr(line, ':', len) || memchr(line, '.', len)))
		return line;
	return line + len + strspn(line + len, " ");
}

/**
 * lex_prefix() - what stands before a call: "[pid 12] ", "12 ", and a time
 * @line: the line
 * @pid: set to the process, 0 if none is named
 *
 * Return: the rest.
 */
char *lex_prefix(char *line, long *pid)
{
	char *end;
	long value;

	*pid = 0;
	line += strspn(line, " ");
	if (!strncmp(line, "[pid", 4)) {
		*pid = strtol(line + 4, &end, 10);
		if (*end == ']')
			line = end + 1;
		line += strspn(line, " ");
	} else if (isdigit((unsigned char)*line)) {
		value = strtol(line, &end, 10);
		if (*end == ' ') {
			*pid = value;
			line = end + strspn(end, " ");
		}
	}
	return skip_time(line);
}

static char *end_of_string(char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at : NULL;
}

/* The comma or the bracket that ends an argument, over quotes and brackets. */
static char *end_of_arg(char *at)
{
	const char *start = at;
	int depth = 0;

	for (; *at; at++) {
		if (*at == '"') {
			at = end_of_string(at);
			if (!at)
				return NULL;
		} else if (*at == '<' && at > start && isdigit((unsigned char)at[-1]) &&
			   at[1] == '/') {
			at += strcspn(at, ">");		/* the path of a file, by -y */
			if (!*at)
				return NULL;
		} else if (strchr("([{", *at)) {
			depth++;
		} else if (depth && strchr(")]}", *at)) {
			depth--;
		} else if (!depth && (*at == ',' || *at == ')')) {
			return at;
		}
	}
	return NULL;
}

/**
 * lex_call() - take "name(arg, arg) = result" apart
 * @line: the text, which is changed
 * @l: filled in
 *
 * Return: whether it is of that form.
 */
bool lex_call(char *line, struct lexed *l)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz_0123456789");
	char *at = line + len + 1, *end;
	bool last;

	if (!len || len >= sizeof(l->name) || line[len] != '(')
		return false;
	memcpy(l->name, line, len);
	l->name[len] = '\0';
	l->nr_args = 0;
	do {
		at += strspn(at, " ");
		end = end_of_arg(at);
		if (!end)
			return false;
		last = *end == ')';
		*end = '\0';
		if (*at && l->nr_args < MAX_ARGS)
			l->arg[l->nr_args++] = at;
		at = end + 1;
	} while (!last);
	at += strspn(at, " ");
	if (strncmp(at, "= ", 2))
		return false;
	l->ret = at + 2;
	return *l->ret;
}

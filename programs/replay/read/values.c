// SPDX-License-Identifier: GPL-2.0
/* Numbers and names of flags, as strace, perf trace and C write them. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "values.h"

#define VALUE(name)	{ #name, name }

/*
 * The C library here may not know the newest, nor those of other architectures:
 * numbers are those of include/uapi/asm-generic/mman*.h and arch/.../uapi/asm/mman.h.
 */
static const struct {
	const char *name;
	unsigned long value;
} values[] = {
	{ "NULL", 0 },
	VALUE(PROT_NONE), VALUE(PROT_READ), VALUE(PROT_WRITE), VALUE(PROT_EXEC),
	{ "PROT_SEM", 8 }, { "PROT_BTI", 0x10 }, { "PROT_MTE", 0x20 },
	VALUE(PROT_GROWSDOWN), VALUE(PROT_GROWSUP),
	VALUE(MAP_FILE), VALUE(MAP_SHARED), VALUE(MAP_PRIVATE), VALUE(MAP_SHARED_VALIDATE),
	{ "MAP_DROPPABLE", 8 }, VALUE(MAP_FIXED), VALUE(MAP_ANONYMOUS), VALUE(MAP_ANON),
	VALUE(MAP_32BIT), { "MAP_ABOVE4G", 0x80 }, VALUE(MAP_GROWSDOWN), VALUE(MAP_DENYWRITE),
	VALUE(MAP_EXECUTABLE), VALUE(MAP_LOCKED), VALUE(MAP_NORESERVE), VALUE(MAP_POPULATE),
	VALUE(MAP_NONBLOCK), VALUE(MAP_STACK), VALUE(MAP_HUGETLB), VALUE(MAP_SYNC),
	VALUE(MAP_FIXED_NOREPLACE), { "MAP_UNINITIALIZED", 0x4000000 },
	VALUE(MREMAP_MAYMOVE), VALUE(MREMAP_FIXED), { "MREMAP_DONTUNMAP", 4 },
	VALUE(MCL_CURRENT), VALUE(MCL_FUTURE), VALUE(MCL_ONFAULT), { "MLOCK_ONFAULT", 1 },
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
	{ "CLONE_VM", 0x100 }, { "CLONE_VFORK", 0x4000 }, { "CLONE_THREAD", 0x10000 },
	{ "UFFD_USER_MODE_ONLY", 1 }, { "MAP_HUGE_2MB", 21 << 26 }, { "MAP_HUGE_1GB", 30 << 26 },
};

static const struct {
	const char *name;
	int value;
} errors[] = {
	VALUE(EPERM), VALUE(ENOENT), VALUE(ESRCH), VALUE(EINTR), VALUE(EIO), VALUE(ENXIO),
	VALUE(E2BIG), VALUE(ENOEXEC), VALUE(EBADF), VALUE(ECHILD), VALUE(EAGAIN), VALUE(ENOMEM),
	VALUE(EACCES), VALUE(EFAULT), VALUE(EBUSY), VALUE(EEXIST), VALUE(ENODEV), VALUE(ENOTDIR),
	VALUE(EISDIR), VALUE(EINVAL), VALUE(ENFILE), VALUE(EMFILE), VALUE(ETXTBSY), VALUE(EFBIG),
	VALUE(ENOSPC), VALUE(EROFS), VALUE(EMLINK), VALUE(ERANGE), VALUE(ENOSYS), VALUE(ELOOP),
	VALUE(EOVERFLOW), VALUE(EOPNOTSUPP), VALUE(ENOBUFS), VALUE(EUSERS), VALUE(EHWPOISON),
};

/* A name, after which "<<" may stand a number of bits. */
static bool value_of(const char *name, size_t len, const char *prefix, unsigned long *value)
{
	size_t i, skip = strlen(prefix);

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		const char *is = values[i].name;

		if (skip && strncmp(is, prefix, skip))
			continue;
		if (strlen(is + skip) == len && !memcmp(is + skip, name, len)) {
			*value = values[i].value;
			return true;
		}
	}
	return false;
}

static bool number_of(const char *text, size_t len, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 0);
	if (end == text)
		return false;
	/* "21<<MAP_HUGE_SHIFT" */
	if (!strncmp(end, "<<MAP_HUGE_SHIFT", 16)) {
		*value <<= 26;
		end += 16;
	}
	/* "3</usr/lib/x>", "17 ... in strace's PID NS" */
	return end >= text + len || *end == '<' || *end == ' ' || *end == '\t';
}

/**
 * value_parse() - a number, or numbers and names with | between them
 * @text: such as "PROT_READ|0x10", "READ|WRITE", "21<<MAP_HUGE_SHIFT"; C comments are
 *	passed over
 * @prefix: what names begin with where the text leaves it out: "PROT_"; or ""
 * @value: set to the number
 *
 * Return: NULL, or where the first name stands that is not known.
 */
const char *value_parse(const char *text, const char *prefix, unsigned long *value)
{
	const char *comment;
	unsigned long one;
	size_t len;

	for (*value = 0; *text; text += text[0] == '|') {
		text += strspn(text, " \t");
		len = strcspn(text, "|/ \t");
		if (isdigit((unsigned char)*text) || (*text == '-' && isdigit((unsigned char)text[1]))) {
			/* of a path, by -y, nothing else is wanted than the number before it */
			if (memchr(text, '<', len) && !strstr(text, "<<")) {
				*value |= strtoul(text, NULL, 0);
				return NULL;
			}
			if (!number_of(text, len, &one))
				return text;
		} else if (!len || !value_of(text, len, prefix, &one)) {
			if (len)
				return text;
			one = 0;
		}
		*value |= one;
		text += len;
		text += strspn(text, " \t");
		if (!strncmp(text, "/*", 2)) {
			comment = strstr(text, "*/");
			text = comment ? comment + 2 : text + strlen(text);
			text += strspn(text, " \t");
		}
		if (*text && *text != '|')
			return NULL;
	}
	return NULL;
}

/**
 * value_name() - the name of a number
 * @prefix: what the name begins with, such as "MADV_"
 * @value: the number
 *
 * Return: the first such name, or NULL.
 */
const char *value_name(const char *prefix, unsigned long value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		if (values[i].value == value && !strncmp(values[i].name, prefix, strlen(prefix)))
			return values[i].name;
	return NULL;
}

/**
 * value_error() - the name of an error
 * @error: its number, positive
 *
 * Return: the name, or NULL.
 */
const char *value_error(int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].value == error)
			return errors[i].name;
	return NULL;
}

/**
 * value_result() - what a call returned
 * @text: what stands behind the "= ": a number, or -1 and the name of an error, or its number
 *	where it has no name: "-1 (errno 524)"
 *
 * Return: the number or a negative errno; of an error with another name, -ENOTSUPP of the
 *	kernel, for which no call is carried out.
 */
long value_result(const char *text)
{
	size_t i, len;

	if (!strncmp(text, "-1 (errno ", 10))
		return -strtol(text + 10, NULL, 10);
	if (strncmp(text, "-1 E", 4))
		return strtoul(text, NULL, 0);
	text += 3;
	len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (strlen(errors[i].name) == len && !memcmp(errors[i].name, text, len))
			return -errors[i].value;
	return -524;
}

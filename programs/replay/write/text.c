// SPDX-License-Identifier: GPL-2.0
/* Arguments in C, and whose address space is whose. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../read/values.h"
#include "util.h"
#include "write.h"

#define NAME(name)	{ name, #name }
#define ROOM		256

struct name {
	unsigned long value;
	const char *name;
};

static const struct name prots[] = {
	NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC), NAME(PROT_GROWSDOWN),
};

static const struct name map_flags[] = {
	NAME(MAP_SHARED), NAME(MAP_PRIVATE), NAME(MAP_ANONYMOUS), NAME(MAP_GROWSDOWN),
	NAME(MAP_LOCKED), NAME(MAP_NORESERVE), NAME(MAP_POPULATE), NAME(MAP_STACK),
	NAME(MAP_FIXED_NOREPLACE),
};

static const struct name mremap_flags[] = {
	NAME(MREMAP_MAYMOVE), NAME(MREMAP_FIXED), { 4, "MREMAP_DONTUNMAP" },
};

/* Names with | between them; bits without a name as a number. */
static const char *bits(char *text, unsigned long value, const struct name *names, size_t nr)
{
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < nr; i++) {
		if (!(value & names[i].value))
			continue;
		value &= ~names[i].value;
		len += snprintf(text + len, ROOM - len, "%s%s", len ? " | " : "", names[i].name);
	}
	if (value || !len)
		snprintf(text + len, ROOM - len, value ? "%s%#lx" : "%s%lu", len ? " | " : "", value);
	return text;
}

/**
 * prot_in_c() - PROT_* as C
 * @prot: the bits
 *
 * Return: a text, valid until the next call.
 */
const char *prot_in_c(unsigned long prot)
{
	static char text[ROOM];

	return prot ? bits(text, prot, prots, ARRAY_SIZE(prots)) : "PROT_NONE";
}

/**
 * map_flags_in_c() - MAP_* as C, without MAP_FIXED
 * @flags: the bits
 *
 * Return: a text, valid until the next call.
 */
const char *map_flags_in_c(unsigned long flags)
{
	static char text[ROOM];

	/* those that mm does nothing about */
	flags &= ~(MAP_FIXED | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_NONBLOCK | MAP_32BIT);
	return bits(text, flags, map_flags, ARRAY_SIZE(map_flags));
}

/**
 * mremap_flags_in_c() - MREMAP_* as C
 * @flags: the bits
 *
 * Return: a text, valid until the next call.
 */
const char *mremap_flags_in_c(unsigned long flags)
{
	static char text[ROOM];

	return bits(text, flags, mremap_flags, ARRAY_SIZE(mremap_flags));
}

static const char *or_number(const char *name, unsigned long value)
{
	static char text[24];

	if (name)
		return name;
	snprintf(text, sizeof(text), "%lu", value);
	return text;
}

/**
 * advice_in_c() - MADV_* as C
 * @advice: the value
 */
const char *advice_in_c(unsigned long advice)
{
	return or_number(value_name("MADV_", advice), advice);
}

/**
 * error_in_c() - the name of an error
 * @ret: a negative errno
 *
 * Return: its name without a sign.
 */
const char *error_in_c(long ret)
{
	return or_number(value_error(-ret), -ret);
}

/**
 * owners() - whose address space each process uses
 * @c: the calls
 * @at: when: before this call
 * @owner: an entry for each process: itself, or the one that it is a thread of
 */
void owners(const struct calls *c, unsigned int at, unsigned int *owner)
{
	unsigned int i;

	for (i = 0; i < c->nr_procs; i++)
		owner[i] = i;
	for (i = 0; i < at; i++) {
		if (c->call[i].kind == REPLAY_THREAD)
			owner[c->call[i].child] = owner[c->call[i].proc];
		else if (c->call[i].kind == REPLAY_EXEC)
			owner[c->call[i].proc] = c->call[i].proc;
	}
}

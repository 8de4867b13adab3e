// SPDX-License-Identifier: GPL-2.0
/* The arguments of system calls in words: the names of the uapi headers without prefix. */
#include <linux/kernel.h>
#include <linux/mman.h>

#include "arguments.h"

#define TEXT_ROOM	96

struct name {
	unsigned long value;
	const char *name;
};

#define PROT(name)	{ PROT_##name, #name }
#define MAP(name)	{ MAP_##name, #name }
#define MREMAP(name)	{ MREMAP_##name, #name }
#define MADV(name)	{ MADV_##name, #name }

static const struct name prots[] = {
	PROT(READ), PROT(WRITE), PROT(EXEC), PROT(GROWSDOWN), PROT(GROWSUP),
};

static const struct name map_flags[] = {
	MAP(SHARED), MAP(PRIVATE), MAP(FIXED), MAP(ANONYMOUS), MAP(GROWSDOWN), MAP(LOCKED),
	MAP(NORESERVE), MAP(POPULATE), MAP(NONBLOCK), MAP(STACK), MAP(HUGETLB), MAP(SYNC),
	MAP(FIXED_NOREPLACE),
};

static const struct name mremap_flags[] = {
	MREMAP(MAYMOVE), MREMAP(FIXED), MREMAP(DONTUNMAP),
};

static const struct name advices[] = {
	MADV(NORMAL), MADV(RANDOM), MADV(SEQUENTIAL), MADV(WILLNEED), MADV(DONTNEED),
	MADV(FREE), MADV(REMOVE), MADV(DONTFORK), MADV(DOFORK), MADV(MERGEABLE),
	MADV(UNMERGEABLE), MADV(HUGEPAGE), MADV(NOHUGEPAGE), MADV(DONTDUMP), MADV(DODUMP),
	MADV(WIPEONFORK), MADV(KEEPONFORK), MADV(COLD), MADV(PAGEOUT), MADV(POPULATE_READ),
	MADV(POPULATE_WRITE), MADV(DONTNEED_LOCKED), MADV(COLLAPSE),
#ifdef MADV_GUARD_INSTALL
	MADV(GUARD_INSTALL), MADV(GUARD_REMOVE),
#endif
};

/* "READ|WRITE"; bits without a name as a number, and @none for no bit at all. */
static const char *bits_text(char *text, unsigned long bits, const struct name *names,
			     unsigned int nr, const char *none)
{
	int i, len = 0;

	for (i = 0; i < nr; i++) {
		if (!(bits & names[i].value))
			continue;
		bits &= ~names[i].value;
		len += scnprintf(text + len, TEXT_ROOM - len, "%s%s", len ? "|" : "",
				 names[i].name);
	}
	if (bits)
		len += scnprintf(text + len, TEXT_ROOM - len, "%s%#lx", len ? "|" : "", bits);
	return len ? text : none;
}

/**
 * prot_text() - PROT_* in words
 * @prot: the bits
 *
 * Return: "READ|WRITE", valid until the next call; "NONE" for 0.
 */
const char *prot_text(unsigned long prot)
{
	static char text[TEXT_ROOM];

	return bits_text(text, prot, prots, ARRAY_SIZE(prots), "NONE");
}

/**
 * map_flags_text() - MAP_* in words
 * @flags: the bits
 *
 * Return: "PRIVATE|ANONYMOUS", valid until the next call; "0" for 0.
 */
const char *map_flags_text(unsigned long flags)
{
	static char text[TEXT_ROOM];

	return bits_text(text, flags, map_flags, ARRAY_SIZE(map_flags), "0");
}

/**
 * mremap_flags_text() - MREMAP_* in words
 * @flags: the bits
 *
 * Return: "MAYMOVE|FIXED", valid until the next call; "0" for 0.
 */
const char *mremap_flags_text(unsigned long flags)
{
	static char text[TEXT_ROOM];

	return bits_text(text, flags, mremap_flags, ARRAY_SIZE(mremap_flags), "0");
}

/**
 * advice_text() - MADV_* in words
 * @advice: the value
 *
 * Return: "DONTNEED"; for a value without a name the number, valid until the next call.
 */
const char *advice_text(int advice)
{
	static char text[TEXT_ROOM];
	int i;

	for (i = 0; i < ARRAY_SIZE(advices); i++)
		if (advices[i].value == advice)
			return advices[i].name;
	scnprintf(text, sizeof(text), "%d", advice);
	return text;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of synchronisation points, to which a search of schedules can be limited
 * (--points): by the kind of access, and by the field of a kernel struct that is accessed.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/string.h>

#include "internal.h"
#include <asm/shim-point.h>
#include <shim/cases.h>
#include <shim/memory.h>

#include "racers.h"

#define FIRST_FIELD	8	/* bits below are kinds */

static const struct {
	const char *name;
	unsigned int kinds;
} kinds[] = {
	{ "reads",	BIT(SHIM_POINT_READ) },
	{ "writes",	BIT(SHIM_POINT_WRITE) },
	{ "atomics",	BIT(SHIM_POINT_ATOMIC) },
	{ "locks",	BIT(SHIM_POINT_LOCK) | BIT(SHIM_POINT_UNLOCK) },
	{ "rcu",	BIT(SHIM_POINT_RCU) | BIT(SHIM_POINT_GRACE) },
};

#define FIELD(type, field)							\
	{ #field, #type, offsetof(struct type, field), sizeof_field(struct type, field) }

/* Fields of objects of slab cache @cache, of struct page, and entries of page tables. */
static const struct {
	const char *name, *cache;
	unsigned int offset, size;
} fields[] = {
#ifdef CONFIG_PER_VMA_LOCK
	FIELD(vm_area_struct, vm_lock_seq),
	FIELD(mm_struct, mm_lock_seq),
#endif
#ifdef VM_REFCNT_LIMIT	/* older kernels have an rwsem outside of the VMA */
	FIELD(vm_area_struct, vm_refcnt), FIELD(mm_struct, vma_writer_wait),
#endif
	FIELD(vm_area_struct, anon_vma),
	FIELD(mm_struct, mmap_lock),
	FIELD(mm_struct, mm_users),
	FIELD(anon_vma, rwsem),
	FIELD(anon_vma, refcount),
	FIELD(page, mapping),
	FIELD(page, _mapcount),
	FIELD(page, _refcount),
	{ "ptl", "page", offsetof(struct ptdesc, ptl), sizeof_field(struct ptdesc, ptl) },
	{ "ptes", "page table" },
};

static bool is_word(const char *name, const char *text, unsigned int len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

static unsigned int set_of(const char *text, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_word(kinds[i].name, text, len))
			return kinds[i].kinds;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (is_word(fields[i].name, text, len))
			return BIT(FIRST_FIELD + i);
	return 0;
}

unsigned int shim_point_set(const char *list)
{
	unsigned int all = 0, set, len;

	for (; *list; list += len + (list[len] == ',')) {
		len = strchrnul(list, ',') - list;
		set = set_of(list, len);
		if (!set)
			return 0;
		all |= set;
	}
	return all;
}

/* Finds the offset of the word in an object of @cache; -1 if it is in none. */
static long offset_in(const char *cache, unsigned long addr)
{
	const unsigned long pages = (unsigned long)mem_map;
	struct page *page;
	void *object;

	if (!strcmp(cache, "page")) {
		page = pfn_to_page(max_mapnr);
		return addr < pages || addr >= (unsigned long)page ? -1 :
		       (addr - pages) % sizeof(struct page);
	}
	if (!strcmp(cache, "page table"))
		return virt_addr_valid((void *)addr) && PageTable(virt_to_page((void *)addr)) ? 0 : -1;
	object = shim_slab_object_at(cache, (void *)addr);
	return object ? addr - (unsigned long)object : -1;
}

static bool is_field(unsigned int i, unsigned long addr)
{
	long offset = offset_in(fields[i].cache, addr), first = fields[i].offset;

	if (offset < 0)
		return false;
	return !fields[i].size || (offset >= first && offset < first + fields[i].size);
}

/**
 * shim_point_kind_name() - name the access of a synchronisation point
 * @kind: enum shim_point_kind
 *
 * Return: "an atomic operation" or the like.
 */
const char *shim_point_kind_name(unsigned int kind)
{
	static const char *const names[] = {
		[SHIM_POINT_READ] = "a read", [SHIM_POINT_WRITE] = "a write",
		[SHIM_POINT_ATOMIC] = "an atomic operation", [SHIM_POINT_LOCK] = "a spinlock",
		[SHIM_POINT_UNLOCK] = "the release of a spinlock",
		[SHIM_POINT_RCU] = "an RCU read-side section",
		[SHIM_POINT_GRACE] = "a grace period",
	};

	return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

/**
 * shim_point_word() - name the word of a point, if it is one of the fields of --points
 * @addr: the word that is accessed
 * @text: set to "vm_area_struct.vm_refcnt" or the like, or to ""
 * @size: of @text in bytes
 *
 * Context: any; looks at each object of the caches.
 */
void shim_point_word(const void *addr, char *text, int size)
{
	unsigned int i;

	text[0] = 0;
	for (i = 0; i < ARRAY_SIZE(fields) && !text[0]; i++)
		if (is_field(i, (unsigned long)addr))
			scnprintf(text, size, "%s.%s", fields[i].cache, fields[i].name);
}

/**
 * shim_point_bits() - classify a point in the terms of shim_point_set()
 * @kind: enum shim_point_kind
 * @addr: the word that is accessed
 * @wanted: set of interest; fields outside of it are not looked for
 *
 * Context: any; looks at each object of the caches of wanted fields.
 * Return: the set of kinds and fields that the point belongs to.
 */
unsigned int shim_point_bits(unsigned int kind, const void *addr, unsigned int wanted)
{
	unsigned int i, bits = BIT(kind);

	for (i = 0; wanted >> (FIRST_FIELD + i); i++)
		if ((wanted >> (FIRST_FIELD + i) & 1) && is_field(i, (unsigned long)addr))
			bits |= BIT(FIRST_FIELD + i);
	return bits;
}

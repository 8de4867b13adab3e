/* SPDX-License-Identifier: GPL-2.0 */
/* A hash table from pointers to numbers, in static memory: the oracle allocates nothing. */
#ifndef VMA_PTR_MAP_H
#define VMA_PTR_MAP_H

#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/string.h>

struct ptr_slot {
	const void *key;
	long value;
};

/**
 * struct ptr_map - an open-addressed hash table on storage of its user
 * @slots: the slots, see DEFINE_PTR_MAP()
 * @bits: binary logarithm of the number of slots in use
 */
struct ptr_map {
	struct ptr_slot *slots;
	unsigned int bits;
};

/* Clears the table, and makes it large enough for @nr_keys at the most. */
static inline void ptr_map_clear(struct ptr_map *map, unsigned long nr_keys)
{
	map->bits = order_base_2(2 * nr_keys + 16);
	memset(map->slots, 0, sizeof(*map->slots) << map->bits);
}

static inline struct ptr_slot *ptr_map_slot(struct ptr_map *map, const void *key)
{
	unsigned long at = hash_ptr(key, map->bits);

	while (map->slots[at].key && map->slots[at].key != key)
		at = (at + 1) & ((1UL << map->bits) - 1);
	return &map->slots[at];
}

/* The number of a key, 0 if it is not in the table. */
static inline long ptr_map_get(struct ptr_map *map, const void *key)
{
	return ptr_map_slot(map, key)->value;
}

/* Adds to the number of a key; the sum. */
static inline long ptr_map_add(struct ptr_map *map, const void *key, long value)
{
	struct ptr_slot *slot = ptr_map_slot(map, key);

	slot->key = key;
	slot->value += value;
	return slot->value;
}

/* A table in static memory, for @nr keys at the most. */
#define DEFINE_PTR_MAP(name, nr)						\
	static struct ptr_slot name##_slots[4 * (nr) + 32];			\
	static struct ptr_map name = { .slots = name##_slots }

#endif /* VMA_PTR_MAP_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Slab objects. Each is a malloc() of its own, so ASan knows its bounds, its life and the
 * stack that allocated it; without ASan that stack stands before the header. The header is
 * poisoned like a red zone: this file is built without instrumentation, so that it may
 * read it, and so that TSan does not take the lock for an order between threads.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/list.h>

#include <shim/host.h>

#define OBJECT_MAGIC	0x6f626a656374UL

struct host_object {
	struct list_head list;
	struct host_pool *pool;
	void *start;			/* what malloc() returned */
	unsigned long size;
	unsigned long magic;
};

/* A function that only a binary with ASan has. */
size_t __asan_get_alloc_stack(void *addr, void **trace, size_t size, int *thread_id)
	__attribute__((weak));

struct host_pool {
	const char *name;
	unsigned long nr_objects;
	struct list_head objects;	/* the oldest first */
	int lock;
};

static void pool_lock(struct host_pool *pool)
{
	while (__atomic_exchange_n(&pool->lock, 1, __ATOMIC_ACQUIRE))
		host_yield();
}

static void pool_unlock(struct host_pool *pool)
{
	__atomic_store_n(&pool->lock, 0, __ATOMIC_RELEASE);
}

static struct host_object *header(const void *object)
{
	return (struct host_object *)object - 1;
}

/* Bytes before the header for the stack, see frames_of() */
static unsigned long frames_size(void)
{
	return __asan_get_alloc_stack ? 0 : HOST_FRAMES * sizeof(void *);
}

/* Fills @frames with the stack that has allocated an object, and returns their number. */
static unsigned int frames_of(const struct host_object *obj, void *frames[HOST_FRAMES])
{
	unsigned int nr = 0;
	int thread;

	if (__asan_get_alloc_stack)
		return __asan_get_alloc_stack(obj->start, frames, HOST_FRAMES, &thread);
	memcpy(frames, (void **)obj - HOST_FRAMES, frames_size());
	while (nr < HOST_FRAMES && frames[nr])
		nr++;
	return nr;
}

static void take_frames(struct host_object *obj)
{
	void **frames = (void **)obj - HOST_FRAMES;
	unsigned int nr;

	if (!frames_size())
		return;
	nr = host_backtrace(frames, HOST_FRAMES);
	if (nr < HOST_FRAMES)
		frames[nr] = NULL;
}

/**
 * host_pool_create() - create a set of objects that are counted together
 * @name: shown in reports; must outlive the pool
 *
 * Context: may allocate from the host; takes no lock.
 * Return: the pool, never NULL: without memory the process ends by host_lacks().
 */
struct host_pool *host_pool_create(const char *name)
{
	struct host_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		host_lacks("out of memory for a slab cache");
	pool->name = name;
	INIT_LIST_HEAD(&pool->objects);
	return pool;
}

/**
 * host_pool_destroy() - free an empty pool
 * @pool: without objects, and no other thread uses it
 */
void host_pool_destroy(struct host_pool *pool)
{
	free(pool);
}

/**
 * host_object_alloc() - allocate an object, filled with a pattern
 * @pool: where it is counted
 * @size: bytes; an access past it is reported by ASan
 * @align: a power of two, at least 8
 *
 * Context: any; spins for the lock of the pool.
 * Return: the object, or NULL when the host has no memory.
 */
void *host_object_alloc(struct host_pool *pool, unsigned long size,
			unsigned long align)
{
	unsigned long space = (frames_size() + sizeof(struct host_object) + align - 1) & ~(align - 1);
	struct host_object *obj;
	char *start;

	if (posix_memalign((void **)&start, align, space + size))
		return NULL;
	obj = header(start + space);
	obj->pool = pool;
	obj->start = start;
	obj->size = size;
	obj->magic = OBJECT_MAGIC;
	take_frames(obj);
	memset(start + space, 0x6b, size);

	pool_lock(pool);
	list_add_tail(&obj->list, &pool->objects);
	pool->nr_objects++;
	pool_unlock(pool);
	host_poison(start, space);
	return start + space;
}

static void check_object(struct host_object *obj)
{
	host_touch(obj + 1);	/* ASan reports a freed one as use after free */
	if (obj->magic == OBJECT_MAGIC)
		return;
	host_die("slab: freed pointer is no live object (double free or wild pointer)");
}

/**
 * host_object_free() - give an object back to malloc()
 * @object: from host_object_alloc()
 *
 * A second free is reported: by ASan through the quarantine of free(), without
 * it by the header's magic number.
 *
 * Context: as host_object_alloc().
 */
void host_object_free(void *object)
{
	struct host_object *obj = header(object);
	struct host_pool *pool;

	check_object(obj);
	pool = obj->pool;
	pool_lock(pool);
	list_del(&obj->list);
	pool->nr_objects--;
	pool_unlock(pool);
	obj->magic = 0;
	if (!host_has_poison())
		memset(object, 0x6b, obj->size);
	free(obj->start);
}

/**
 * host_object_pool() - get the pool that an object came from
 * @object: a live object; any other is reported as by host_object_free()
 *
 * Return: its pool.
 */
struct host_pool *host_object_pool(const void *object)
{
	check_object(header(object));
	return header(object)->pool;
}

/**
 * host_object_size() - get the size that an object was allocated with
 * @object: a live object; any other is reported as by host_object_free()
 *
 * Return: bytes.
 */
unsigned long host_object_size(const void *object)
{
	check_object(header(object));
	return header(object)->size;
}

/**
 * host_pool_objects() - count the live objects of a pool
 * @pool: the pool
 *
 * Context: any; exact if no other thread allocates from the pool or frees.
 * Return: their number.
 */
unsigned long host_pool_objects(const struct host_pool *pool)
{
	return pool->nr_objects;
}

/**
 * host_pool_object_at() - find the live object of a pool that contains a word
 * @pool: the pool
 * @addr: the word
 *
 * Context: any; holds the lock of the pool while it looks at each of its objects.
 * Return: the start of the object, or NULL.
 */
void *host_pool_object_at(const struct host_pool *pool, const void *addr)
{
	struct host_object *obj;
	void *found = NULL;

	pool_lock((struct host_pool *)pool);
	list_for_each_entry(obj, &pool->objects, list) {
		if (addr >= (void *)(obj + 1) && addr < (void *)(obj + 1) + obj->size) {
			found = obj + 1;
			break;
		}
	}
	pool_unlock((struct host_pool *)pool);
	return found;
}

/**
 * host_pool_name() - get the name given to host_pool_create()
 * @pool: the pool
 *
 * Return: the name.
 */
const char *host_pool_name(const struct host_pool *pool)
{
	return pool->name;
}

/**
 * host_pool_report() - log the oldest live objects with their stacks
 * @pool: the pool
 * @most: number of objects to log at the most
 *
 * Context: no other thread allocates from the pool or frees to it.
 */
void host_pool_report(const struct host_pool *pool, unsigned int most)
{
	const struct host_object *obj;
	void *frames[HOST_FRAMES];
	char line[128];
	int len;

	list_for_each_entry(obj, &pool->objects, list) {
		if (!most--)
			break;
		len = snprintf(line, sizeof(line), "  %s object %p of %lu bytes, allocated at:\n",
			       pool->name, (const void *)(obj + 1), obj->size);
		host_log(line, len);
		host_print_frames(frames, frames_of(obj, frames));
	}
}

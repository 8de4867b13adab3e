// SPDX-License-Identifier: GPL-2.0
/*
 * Slab caches and kmalloc() on objects of the host: every object is an
 * allocation of its own, so ASan sees overflow, use after free and double free.
 *
 * Caches with SLAB_TYPESAFE_BY_RCU have two modes. In quarantine an object is freed and
 * poisoned after a grace period, so that a later access is reported. In recycle it is
 * reused by the next allocation, in the state in which it was freed: readers under RCU must
 * expect that.
 */
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "slab.h"
#include <shim/compat.h>
#include <shim/host.h>
#include <shim/memory.h>
#include <shim/report.h>
#include <shim/sched.h>

struct shim_cache {
	struct kmem_cache cache;	/* first: what the kernel sees */
	struct host_pool *pool;
	struct shim_cache *next;
	unsigned long snapshot;
	void *recycled;			/* list through the tail of the objects */
	unsigned long nr_recycled;
	arch_spinlock_t lock;
};

/* Data of the machine after each object of a type-safe cache, past its object_size. */
struct shim_tail {
	void *object;
	void *next;
	int free;
	struct rcu_head rcu;
};

kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];

static struct shim_cache *caches;
static struct shim_cache *kmalloc_cache;
static enum shim_slab_mode slab_mode;

static struct shim_cache *to_shim(struct kmem_cache *s)
{
	return container_of(s, struct shim_cache, cache);
}

static bool type_safe(struct kmem_cache *s)
{
	return s->flags & SLAB_TYPESAFE_BY_RCU;
}

static struct shim_tail *tail_of(struct kmem_cache *s, void *object)
{
	return object + ALIGN(s->object_size, sizeof(void *));
}

static void *take_recycled(struct shim_cache *c)
{
	void *object;

	arch_spin_lock(&c->lock);
	object = c->recycled;
	if (object) {
		c->recycled = tail_of(&c->cache, object)->next;
		c->nr_recycled--;
	}
	arch_spin_unlock(&c->lock);
	return object;
}

static void *slab_alloc(struct kmem_cache *s, gfp_t gfp)
{
	unsigned long size = s->object_size;
	void *object;

	if (shim_should_fail(gfp))
		return NULL;
	if (type_safe(s)) {
		object = take_recycled(to_shim(s));
		if (object) {
			tail_of(s, object)->free = 0;
			shim_memory_is_new(object, s->object_size);
			return object;
		}
		size = ALIGN(size, sizeof(void *)) + sizeof(struct shim_tail);
	}
	object = host_object_alloc(to_shim(s)->pool, size, s->align);
	if (!object)
		return NULL;
	if (type_safe(s))
		tail_of(s, object)->free = 0;
	if (s->ctor)
		s->ctor(object);
	else if (gfp & __GFP_ZERO)
		memset(object, 0, s->object_size);
	shim_memory_is_new(object, s->object_size);
	return object;
}

/* What a race has been told of the object ends before its memory does. */
static void free_object(void *object)
{
	shim_memory_is_new(object, host_object_size(object));
	host_object_free(object);
}

static void free_after_grace_period(struct rcu_head *rcu)
{
	free_object(container_of(rcu, struct shim_tail, rcu)->object);
}

static void slab_free(struct kmem_cache *s, void *object)
{
	struct shim_cache *c = to_shim(s);
	struct shim_tail *tail;

	debug_check_no_locks_freed(object, s->object_size);
	if (!type_safe(s)) {
		free_object(object);
		return;
	}
	tail = tail_of(s, object);
	/* in neither mode does ASan see a second free: the host frees it later, if at all */
	if (WARN(xchg(&tail->free, 1), "object of cache %s freed twice", s->name))
		return;
	tail->object = object;
	if (slab_mode == SHIM_SLAB_QUARANTINE) {
		shim_rcu_call_raw(&tail->rcu, free_after_grace_period);
		return;
	}
	arch_spin_lock(&c->lock);
	tail->next = c->recycled;
	c->recycled = object;
	c->nr_recycled++;
	arch_spin_unlock(&c->lock);
}

/**
 * shim_slab_set_mode() - choose how objects of type-safe caches are freed
 * @mode: quarantine (the default) or recycle
 *
 * Context: no freed object waits for its reuse: at the start of a case.
 */
void shim_slab_set_mode(enum shim_slab_mode mode)
{
	slab_mode = mode;
}

static struct shim_cache *new_cache(const char *name, unsigned int size)
{
	struct shim_cache *c;
	struct host_pool *pool = host_pool_create("slab_cache");

	c = host_object_alloc(pool, sizeof(*c), __alignof__(*c));
	memset(c, 0, sizeof(*c));
	c->pool = host_pool_create(name);
	c->cache.name = name;
	c->cache.object_size = size;
	c->cache.size = size;
	c->next = caches;
	caches = c;
	return c;
}

struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args,
					    slab_flags_t flags)
{
	struct shim_cache *c = new_cache(name, size);
	unsigned int align = max_t(unsigned int, args->align, sizeof(void *));

	if (flags & SLAB_HWCACHE_ALIGN)
		align = max_t(unsigned int, align, L1_CACHE_BYTES);
	c->cache.align = align;
	c->cache.flags = flags;
	/*
	 * The lock of a page table, which goes before the table there. Accesses by user code (mmu.c)
	 * take it, where a CPU has none, and keep the table by RCU, as a CPU does by its interrupts.
	 */
	if (IS_ENABLED(SHIM_PTLOCK_FREED_EARLY) && !strcmp(name, "page->ptl"))
		c->cache.flags |= SLAB_TYPESAFE_BY_RCU;
	c->cache.ctor = args->ctor;
	return &c->cache;
}

void kmem_cache_destroy(struct kmem_cache *s)
{
	struct shim_cache **at = &caches, *c = s ? to_shim(s) : NULL;

	if (!s)
		return;
	if (WARN(host_pool_objects(c->pool), "cache %s destroyed with %lu objects",
		 s->name, host_pool_objects(c->pool)))
		return;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	host_pool_destroy(c->pool);
	host_object_free(c);
}

unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}

void *kmem_cache_alloc_noprof(struct kmem_cache *s, gfp_t gfp)
{
	return slab_alloc(s, gfp);
}

void *kmem_cache_alloc_node_noprof(struct kmem_cache *s, gfp_t gfp, int node)
{
	return slab_alloc(s, gfp);
}

void *kmem_cache_alloc_lru_noprof(struct kmem_cache *s, struct list_lru *lru, gfp_t gfp)
{
	return slab_alloc(s, gfp);
}

/* Freed objects are given back at once, so there is nothing that could be released. */
int kmem_cache_shrink(struct kmem_cache *cachep)
{
	return 0;
}

void kmem_cache_free(struct kmem_cache *s, void *object)
{
	if (!object)
		return;
	WARN(host_object_pool(object) != to_shim(s)->pool,
	     "object of cache %s freed into cache %s",
	     host_pool_name(host_object_pool(object)), s->name);
	slab_free(s, object);
}

void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **objects)
{
	size_t i;

	for (i = 0; i < nr; i++)
		kmem_cache_free(s, objects[i]);
}

shim_bulk_t kmem_cache_alloc_bulk_noprof(struct kmem_cache *s, gfp_t gfp, size_t nr,
					 void **objects)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		objects[i] = slab_alloc(s, gfp);
		if (!objects[i]) {
			kmem_cache_free_bulk(s, i, objects);
			return 0;
		}
	}
	return (shim_bulk_t)nr;
}

static void *kmalloc_object(size_t size, gfp_t gfp)
{
	unsigned long align = sizeof(void *);
	void *object;

	if (!size)
		return ZERO_SIZE_PTR;
	if (shim_should_fail(gfp))
		return NULL;
	if (is_power_of_2(size))
		align = clamp_t(unsigned long, size, align, PAGE_SIZE);
	object = host_object_alloc(kmalloc_cache->pool, size, align);
	if (object && (gfp & __GFP_ZERO))
		memset(object, 0, size);
	if (object)
		shim_memory_is_new(object, size);
	return object;
}

void *__kmalloc_noprof(SHIM_TOKEN_PARAMS(size), gfp_t gfp)
{
	return kmalloc_object(size, gfp);
}

void *__kmalloc_node_noprof(SHIM_KMALLOC_PARAMS(size, b), gfp_t gfp, int node)
{
	return kmalloc_object(size, gfp);
}

/* All of the machine's memory is mapped, so vmalloc() is kmalloc(). */
void *vzalloc_noprof(unsigned long size)
{
	return kmalloc_object(size, GFP_KERNEL | __GFP_ZERO);
}

void vfree(const void *object)
{
	kfree(object);
}

bool is_vmalloc_addr(const void *x)
{
	return false;
}

#ifdef SHIM_KVMALLOC_IN_SLUB
void *__kvmalloc_node_noprof(SHIM_KMALLOC_PARAMS(size, b), SHIM_KVMALLOC_PARAMS(gfp, node))
{
	return kmalloc_object(size, gfp);
}
#endif

void *__kmalloc_node_track_caller_noprof(SHIM_KMALLOC_PARAMS(size, b), gfp_t gfp,
					 int node, unsigned long caller)
{
	return kmalloc_object(size, gfp);
}

void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t gfp, size_t size)
{
	return kmalloc_object(size, gfp);
}

void *__kmalloc_cache_node_noprof(struct kmem_cache *s, gfp_t gfp, int node, size_t size)
{
	return kmalloc_object(size, gfp);
}

void *__kmalloc_large_noprof(size_t size, gfp_t gfp)
{
	return kmalloc_object(size, gfp);
}

void kfree(const void *object)
{
	struct shim_cache *c;

	if (ZERO_OR_NULL_PTR(object))
		return;
	for (c = caches; c; c = c->next)
		if (host_object_pool(object) == c->pool)
			break;
	if (!c)
		host_die("kfree() of an object of no cache");
	debug_check_no_locks_freed(object, ksize(object));
	slab_free(&c->cache, (void *)object);
}

/* weak: mm/util.c of older trees has it */
void __weak kvfree(const void *object)
{
	kfree(object);
}

size_t ksize(const void *object)
{
	return ZERO_OR_NULL_PTR(object) ? 0 : host_object_size(object);
}

struct shim_kvfree {
	struct rcu_head rcu;
	void *ptr;
};

/* Frees the object of a node; the rcu_head is in the node, as the object may have none. */
static void kvfree_callback(struct rcu_head *rcu)
{
	struct shim_kvfree *f = container_of(rcu, struct shim_kvfree, rcu);

	kvfree(f->ptr);
	kfree(f);
}

void kvfree_call_rcu(struct shim_kvfree_head *head, void *ptr)
{
	struct shim_kvfree *f = kmalloc(sizeof(*f), GFP_ATOMIC | __GFP_NOFAIL);

	f->ptr = ptr;
	shim_rcu_call_raw(&f->rcu, kvfree_callback);
}

/**
 * shim_slab_objects() - count the objects in use of one cache
 * @name: the cache's name
 *
 * Context: exact if no other task allocates or frees. In quarantine mode objects that wait
 * for a grace period are counted, see shim_quiesce().
 * Return: number of objects, 0 for a cache that does not exist.
 */
unsigned long shim_slab_objects(const char *name)
{
	struct shim_cache *c;

	for (c = caches; c; c = c->next)
		if (!strcmp(c->cache.name, name))
			return host_pool_objects(c->pool) - c->nr_recycled;
	return 0;
}

/**
 * shim_slab_object_at() - find the object that contains a word
 * @name: the cache's name
 * @addr: the word
 *
 * Context: any; looks at each object of the cache.
 * Return: its start, or NULL if no object of that cache has the word.
 */
void *shim_slab_object_at(const char *name, const void *addr)
{
	struct shim_cache *c;

	for (c = caches; c; c = c->next)
		if (!strcmp(c->cache.name, name))
			return host_pool_object_at(c->pool, addr);
	return NULL;
}

/**
 * shim_slab_snapshot() - note the objects in use now, which are no leaks
 *
 * Context: before a case, after shim_quiesce().
 */
void shim_slab_snapshot(void)
{
	struct shim_cache *c;

	for (c = caches; c; c = c->next)
		c->snapshot = host_pool_objects(c->pool) - c->nr_recycled;
}

/**
 * shim_slab_leaks() - report caches with more objects than at the snapshot
 *
 * kmalloc() is left out: KUnit itself keeps such objects for a case's life. A cache is logged
 * with the stacks of its oldest objects, and named in the reason of the case.
 *
 * Context: after shim_quiesce(); no other task runs.
 * Return: true if there is such a cache.
 */
bool shim_slab_leaks(void)
{
	struct shim_cache *c;
	bool leaks = false;

	for (c = caches; c; c = c->next) {
		unsigned long now = host_pool_objects(c->pool) - c->nr_recycled;

		if (c == kmalloc_cache || now <= c->snapshot)
			continue;
		shim_reason("leak: %lu objects of %s", now - c->snapshot, c->cache.name);
		host_pool_report(c->pool, 3);
		leaks = true;
	}
	return leaks;
}

/**
 * shim_slab_boot() - create the cache of kmalloc()
 *
 * Context: booting, before the first kmalloc().
 */
void shim_slab_boot(void)
{
	int type, i;

	kmalloc_cache = new_cache("kmalloc", 0);
	kmalloc_cache->cache.align = sizeof(void *);
	for (type = 0; type < NR_KMALLOC_TYPES; type++)
		for (i = 0; i <= KMALLOC_SHIFT_HIGH; i++)
			kmalloc_caches[type][i] = &kmalloc_cache->cache;
}

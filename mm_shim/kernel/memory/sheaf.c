// SPDX-License-Identifier: GPL-2.0
/*
 * Sheaves: objects that are allocated in advance, for places where an allocation must not
 * fail. struct slab_sheaf is opaque outside of mm/slub.c.
 */
#include <linux/slab.h>

#ifdef SHIM_HAVE_SHEAVES
struct shim_sheaf {
	unsigned int nr, room;
	void *objects[];
};

static int fill(struct kmem_cache *s, gfp_t gfp, struct shim_sheaf *sheaf, unsigned int nr)
{
	while (sheaf->nr < nr) {
		void *object = kmem_cache_alloc(s, gfp);

		if (!object)
			return -ENOMEM;
		sheaf->objects[sheaf->nr++] = object;
	}
	return 0;
}

struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *s, gfp_t gfp, unsigned int nr)
{
	unsigned int room = max(nr, 32U);
	struct shim_sheaf *sheaf;

	sheaf = kzalloc(struct_size(sheaf, objects, room), gfp);
	if (!sheaf)
		return NULL;
	sheaf->room = room;
	if (fill(s, gfp, sheaf, nr)) {
		kmem_cache_return_sheaf(s, gfp, (struct slab_sheaf *)sheaf);
		return NULL;
	}
	return (struct slab_sheaf *)sheaf;
}

int kmem_cache_refill_sheaf(struct kmem_cache *s, gfp_t gfp, struct slab_sheaf **sheafp,
			    unsigned int nr)
{
	struct shim_sheaf *old = (struct shim_sheaf *)*sheafp, *sheaf = old;

	if (nr > old->room) {
		sheaf = kzalloc(struct_size(sheaf, objects, nr), gfp);
		if (!sheaf)
			return -ENOMEM;
		sheaf->room = nr;
		sheaf->nr = old->nr;
		memcpy(sheaf->objects, old->objects, old->nr * sizeof(void *));
		kfree(old);
		*sheafp = (struct slab_sheaf *)sheaf;
	}
	return fill(s, gfp, sheaf, nr);
}

void kmem_cache_return_sheaf(struct kmem_cache *s, gfp_t gfp, struct slab_sheaf *slab_sheaf)
{
	struct shim_sheaf *sheaf = (struct shim_sheaf *)slab_sheaf;

	kmem_cache_free_bulk(s, sheaf->nr, sheaf->objects);
	kfree(sheaf);
}

void *kmem_cache_alloc_from_sheaf_noprof(struct kmem_cache *s, gfp_t gfp,
					 struct slab_sheaf *slab_sheaf)
{
	struct shim_sheaf *sheaf = (struct shim_sheaf *)slab_sheaf;
	void *object;

	if (WARN_ON_ONCE(!sheaf->nr))
		return NULL;
	object = sheaf->objects[--sheaf->nr];
	if (gfp & __GFP_ZERO)
		memset(object, 0, kmem_cache_size(s));
	return object;
}

unsigned int kmem_cache_sheaf_size(struct slab_sheaf *sheaf)
{
	return ((struct shim_sheaf *)sheaf)->nr;
}
#endif

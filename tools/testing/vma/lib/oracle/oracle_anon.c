// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of the anon_vmas: their counts are those of the VMAs and chains,
 * and their interval trees have the chain entries (AVCs) of existing VMAs and no others.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "check.h"
#include "ptr_map.h"

#define MAX_ANON_VMAS	8192
#define MAX_CHAIN	100000

/**
 * struct anon_count - the values that the fields of an anon_vma must have
 * @anon_vma: the anon_vma
 * @sp: a space that has it, for the complaint
 * @addr: an address of @sp, likewise
 * @active: num_active_vmas: VMAs whose anon_vma it is
 * @children: num_children: anon_vmas whose parent it is; a root is its own
 * @refs: refcount: one, and for a root one for each descendant
 * @avcs: chain entries that point to it
 * @unlinked: all its VMAs are gone, and ksmd still has a reference
 * @first: the first VMA whose anon_vma it is
 * @stamp: number of the last chain that it was found in
 */
struct anon_count {
	struct anon_vma *anon_vma;
	struct space *sp;
	unsigned long addr;
	unsigned long active, children, refs, avcs;
	bool unlinked;
	struct vm_area_struct *first;
	long stamp;
};

static struct anon_count counts[MAX_ANON_VMAS];
static int nr_counts;
static long last_stamp;
DEFINE_PTR_MAP(index_of, MAX_ANON_VMAS);

static struct anon_count *count_of(struct anon_vma *anon_vma, struct space *sp,
				   unsigned long addr)
{
	struct ptr_slot *slot = ptr_map_slot(&index_of, anon_vma);

	if (slot->key)
		return &counts[slot->value];
	if (nr_counts == MAX_ANON_VMAS) {
		wrong(sp, "room", "there are more anon_vmas than MAX_ANON_VMAS, %d", MAX_ANON_VMAS);
		return &counts[0];
	}
	slot->key = anon_vma;
	slot->value = nr_counts;
	counts[nr_counts] = (struct anon_count) {
		.anon_vma = anon_vma, .sp = sp, .addr = addr,
	};
	return &counts[nr_counts++];
}

/* Checks a chain and stamps its anon_vmas; its length, or -1 after a complaint. */
static long check_chain(struct space *sp, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;
	long stamp = ++last_stamp, length = 0;
	struct anon_count *c;

	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma) {
		if (avc->vma != vma || length++ == MAX_CHAIN) {
			wrong(sp, "chain.owner",
			      "VMA at %lx has in its chain an entry of VMA %px, expected %px",
			      shim_vm_start(vma), avc->vma, vma);
			return -1;
		}
		if (!is_lazy(vma) && shim_av_root(avc->anon_vma) != shim_av_root(shim_anon_vma(vma))) {
			wrong(sp, "chain.root", "VMA at %lx is chained to root %px, expected %px",
			      shim_vm_start(vma), shim_av_root(avc->anon_vma), shim_av_root(shim_anon_vma(vma)));
			return -1;
		}
		c = count_of(avc->anon_vma, sp, shim_vm_start(vma));
		if (c->stamp == stamp)
			wrong(sp, "chain.twice", "VMA at %lx has two chain entries of one anon_vma",
			      shim_vm_start(vma));
		c->stamp = stamp;
		c->avcs++;
	}
	return length;
}

/* VMAs of one anon_vma that are chained differently must never merge. */
static void check_equal_chains(struct space *sp, struct vm_area_struct *a,
			       struct vm_area_struct *b, long length)
{
	struct anon_vma_chain *avc;
	long of_a = 0;

	if (shim_vm_mm(a) != shim_vm_mm(b))
		return;
	list_for_each_entry(avc, &shim_anon_vma_chain(a), same_vma) {
		of_a++;
		if (count_of(avc->anon_vma, sp, shim_vm_start(a))->stamp != last_stamp)
			wrong(sp, "chain.shared",
			      "VMAs at %lx and %lx share an anon_vma, and the chain of the first has one more",
			      shim_vm_start(a), shim_vm_start(b));
	}
	if (of_a != length)
		wrong(sp, "chain.shared",
		      "VMAs at %lx and %lx share an anon_vma, with chains of %ld and %ld",
		      shim_vm_start(a), shim_vm_start(b), of_a, length);
}

static void check_vma_anon(struct space *sp, struct vm_area_struct *vma)
{
	struct anon_vma *counting, *holds;
	struct anon_count *c;
	long length;

	if (!shim_anon_vma(vma))
		return;
	length = check_chain(sp, vma);
	if (length < 0)
		return;
	counting = oracle_counting(vma, &holds);
	if (holds)
		count_of(holds, sp, shim_vm_start(vma))->refs++;
	if (!counting)
		return;
	c = count_of(counting, sp, shim_vm_start(vma));
	c->active++;
	if (is_lazy(vma)) {
		oracle_lazy_vma(sp, vma);
		return;
	}
	if (c->stamp != last_stamp)
		wrong(sp, "chain.own",
		      "VMA at %lx has no chain entry of its anon_vma", shim_vm_start(vma));
	if (c->first)
		check_equal_chains(sp, c->first, vma, length);
	else
		c->first = vma;
}

/* Adds parents and roots that no VMA has in its chain; @nr_counts grows meanwhile. */
static void count_relations(void)
{
	int i;

	for (i = 0; i < nr_counts; i++) {
		struct anon_vma *av = counts[i].anon_vma;
		int nr = nr_counts;

		if (!counts[i].unlinked) {
			count_of(shim_av_parent(av), counts[i].sp, counts[i].addr)->children++;
			counts[i].refs++;
			nr = nr_counts;
		}
		if (shim_av_root(av) != av)
			count_of(shim_av_root(av), counts[i].sp, counts[i].addr)->refs++;
		if (nr_counts > nr)
			counts[nr].unlinked = counts[i].unlinked;
	}
}

static pgoff_t last_below(struct rb_node *node)
{
	return node ? rb_entry(node, struct anon_vma_chain, rb)->rb_subtree_last : 0;
}

/* Checks an entry of an anon_vma's tree, of which the one before starts at @from. */
static pgoff_t check_node(struct anon_count *c, struct anon_vma_chain *avc, pgoff_t from)
{
	struct vm_area_struct *vma = avc->vma;
	struct rb_node *node = &avc->rb;
	pgoff_t start, last;

	if (avc->anon_vma != c->anon_vma || !oracle_knows_vma(vma)) {
		wrong(c->sp, "tree.entries",
		      "the tree of the anon_vma of %lx has an entry of %s", c->addr,
		      avc->anon_vma != c->anon_vma ? "another anon_vma" : "a VMA that is gone");
		return from;
	}
	start = shim_anon_pgoff(vma);
	last = start + vma_pages(vma) - 1;
	if (start < from)
		wrong(c->sp, "tree.order",
		      "VMA at %lx is out of order in its anon_vma's tree", shim_vm_start(vma));
	last = max3(last, last_below(node->rb_left), last_below(node->rb_right));
	if (avc->rb_subtree_last != last)
		wrong(c->sp, "tree.maximum",
		      "rb_subtree_last of VMA at %lx in its anon_vma's tree is %lx, expected %lx",
		      shim_vm_start(vma), avc->rb_subtree_last, last);
	return start;
}

static void check_tree(struct anon_count *c)
{
	struct rb_node *node = rb_first_cached(&shim_av_tree(c->anon_vma));
	unsigned long nr = 0;
	pgoff_t from = 0;

	for (; node && !oracle_quiet(c->sp->test->priv) && nr <= c->avcs; node = rb_next(node)) {
		from = check_node(c, rb_entry(node, struct anon_vma_chain, rb), from);
		nr++;
	}
	if (nr != c->avcs)
		wrong(c->sp, "tree.entries",
		      "the tree of the anon_vma of %lx has %s%lu entries, expected %lu of the chains",
		      c->addr, nr > c->avcs ? "at least " : "", nr, c->avcs);
}

static void check_counts(struct anon_count *c)
{
	struct anon_vma *av = c->anon_vma;
	long refs = c->refs + oracle_held(c->sp->test->priv, av) + oracle_ksm_refs(av);

	if (shim_num_active_vmas(av) != c->active)
		wrong(c->sp, "anon_vma.num_active_vmas",
		      "num_active_vmas of the anon_vma of %lx is %lu, expected %lu",
		      c->addr, shim_num_active_vmas(av), c->active);
	if (shim_num_children(av) != c->children)
		wrong(c->sp, "anon_vma.num_children",
		      "num_children of the anon_vma of %lx is %lu, expected %lu",
		      c->addr, shim_num_children(av), c->children);
	if (atomic_read(&shim_av_refcount(av)) != refs)
		wrong(c->sp, "anon_vma.refcount",
		      "refcount of the anon_vma of %lx is %d, expected %ld", c->addr,
		      atomic_read(&shim_av_refcount(av)), refs);
	if (rwsem_is_locked(&shim_av_rwsem(av)))
		wrong(c->sp, "anon_vma.rwsem",
		      "rwsem of the anon_vma of %lx is left locked", c->addr);
}

/* An anon_vma that only ksmd refers to has been unlinked, and is no child any more. */
static void count_ksm(struct anon_vma *anon_vma, void *sp)
{
	int nr = nr_counts;

	count_of(anon_vma, sp, 0);
	if (nr_counts > nr)
		counts[nr].unlinked = true;
}

/**
 * oracle_anon_vmas() - recount every anon_vma from the VMAs of all spaces
 * @view: the VMAs
 */
void oracle_anon_vmas(struct view *view)
{
	struct space *sp;
	int i;

	if (oracle_quiet(view->world))
		return;
	nr_counts = 0;
	ptr_map_clear(&index_of, min_t(unsigned long, 4 * view->nr_vmas + 256, MAX_ANON_VMAS));
	/* an mm keeps its shared anon_vma when no VMA has it any more */
	list_for_each_entry(sp, &view->world->spaces, list)
		if (oracle_shared(sp))
			count_of(oracle_shared(sp), sp, 0);
	for (i = 0; i < view->nr_vmas && !oracle_quiet(view->world); i++)
		check_vma_anon(view->vma_space[i], view->vmas[i]);
	if (oracle_quiet(view->world))
		return;
	if (view->nr_vmas)
		oracle_ksm_anon_vmas(count_ksm, view->vma_space[0]);
	count_relations();
	for (i = 0; i < nr_counts && !oracle_quiet(view->world); i++) {
		check_counts(&counts[i]);
		check_tree(&counts[i]);
	}
}

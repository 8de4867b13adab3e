// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's rules for lazy VMAs, which share the anon_vma of their mm. A kernel with
 * our series makes them, see docs/lazy.md; in other kernels no VMA is lazy.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include "internal.h"
#include "check.h"

#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF)

/**
 * is_lazy() - does a VMA share the anon_vma of its mm?
 * @vma: any VMA
 *
 * Return: true if it does; for the posted series, if vma->anon_vma has the tag.
 */
bool is_lazy(struct vm_area_struct *vma)
{
	return shim_anon_vma(vma) && shim_lazy_mm(shim_anon_vma(vma));
}

static bool in_tree(struct anon_vma *anon_vma, struct vm_area_struct *vma)
{
	struct anon_vma_chain *avc;

	anon_rmap_tree_foreach(avc, anon_vma, 0, ULONG_MAX)
		if (avc->vma == vma)
			return true;
	return false;
}

/**
 * oracle_lazy_vma() - check the chain and the flags of a lazy VMA
 * @sp: its space
 * @vma: a lazy VMA
 *
 * A walk finds it through the maple tree by its address, or, if its anonymous offset is
 * not its address, by a link to the shared anon_vma, which is the first of its chain.
 * All other links are to anon_vmas that it has inherited, with one root.
 */
void oracle_lazy_vma(struct space *sp, struct vm_area_struct *vma)
{
	struct anon_vma *shared = shim_anon_vma(vma), *root = NULL;
	bool in_place = shim_anon_pgoff(vma) == shim_vm_start(vma) >> PAGE_SHIFT;
	struct anon_vma_chain *avc;
	bool first = true;
	int own = 0;

	if (shared != shim_anon_vma_lazy(sp->mm))
		wrong(sp, "lazy.mm",
		      "VMA at %lx has the shared anon_vma of another mm", shim_vm_start(vma));
	if (shim_vm_flags(vma) & (VM_MERGEABLE | VM_HUGETLB))
		wrong(sp, "lazy.allowed", "VMA at %lx must not be lazy", shim_vm_start(vma));
	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma) {
		if (avc->anon_vma == shared) {
			own++;
			if (!first)
				wrong(sp, "lazy.link",
				      "VMA at %lx: the link to the shared anon_vma is not the first",
				      shim_vm_start(vma));
		} else if (!root) {
			root = shim_av_root(avc->anon_vma);
		} else if (shim_av_root(avc->anon_vma) != root) {
			wrong(sp, "lazy.root",
			      "VMA at %lx inherited from two roots", shim_vm_start(vma));
		}
		if (avc->anon_vma != shared && shim_lazy_mm(avc->anon_vma))
			wrong(sp, "lazy.mm",
			      "VMA at %lx is linked to the shared anon_vma of another mm",
			      shim_vm_start(vma));
		first = false;
	}
	if (own > 1)
		wrong(sp, "lazy.link",
		      "VMA at %lx is linked to the shared anon_vma twice", shim_vm_start(vma));
	if (!own && !in_place)
		wrong(sp, "lazy.entered",
		      "VMA at %lx is not in place, and not entered", shim_vm_start(vma));
	if (own != in_tree(shared, vma))
		wrong(sp, "lazy.entered",
		      "VMA at %lx: its links and the tree disagree", shim_vm_start(vma));
}

/**
 * oracle_shared() - check the shared anon_vma of a space
 * @sp: the space
 *
 * Return: the anon_vma, for its counts to be compared; or NULL if there is none.
 */
struct anon_vma *oracle_shared(struct space *sp)
{
	struct anon_vma *shared = shim_anon_vma_lazy(sp->mm);
	struct anon_vma_chain *avc;

	if (!shared)
		return NULL;
	if (shim_lazy_mm(shared) != sp->mm)
		wrong(sp, "lazy.mm", "the shared anon_vma is that of another mm");
	if (!shim_lazy_walk(shared))
		wrong(sp, "lazy.walkable", "walks may not use the maple tree");
	if (shim_av_root(shared) != shared || shim_av_parent(shared) != shared)
		wrong(sp, "lazy.root", "the shared anon_vma is not a root");
	anon_rmap_tree_foreach(avc, shared, 0, ULONG_MAX)
		if (shim_vm_mm(avc->vma) != sp->mm || shim_anon_vma(avc->vma) != shared)
			wrong(sp, "lazy.entered",
			      "a VMA that is not lazy is in the tree of the shared anon_vma");
	return shared;
}

#elif !defined(CONFIG_VMA_REF)

bool is_lazy(struct vm_area_struct *vma)
{
	return false;
}

void oracle_lazy_vma(struct space *sp, struct vm_area_struct *vma)
{
}

struct anon_vma *oracle_shared(struct space *sp)
{
	return NULL;
}

#endif

/**
 * oracle_is_shared() - is an anon_vma the one that the lazy VMAs of a space share?
 * @sp: the space
 * @anon_vma: the pointer, which is not dereferenced
 */
bool oracle_is_shared(struct space *sp, const struct anon_vma *anon_vma)
{
#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF)
	return shim_anon_vma_lazy(sp->mm) == anon_vma;
#else
	return false;
#endif
}

#ifndef CONFIG_VMA_REF
/**
 * oracle_counting() - the anon_vma that counts a VMA in num_active_vmas
 * @vma: a VMA that has an anon_vma
 * @holds: set to another anon_vma to which the VMA has a reference, or NULL
 *
 * Return: the anon_vma, or NULL if none counts it.
 */
struct anon_vma *oracle_counting(struct vm_area_struct *vma, struct anon_vma **holds)
{
	*holds = NULL;
	return shim_anon_vma(vma);
}
#endif

/**
 * oracle_mapping() - check that a folio's anon_vma leads to where it is mapped
 * @m: an entry of an anonymous folio
 *
 * It is that of the VMA, or one that the VMA has a link to. A folio on an anon_vma of
 * other VMAs is found only as long as those happen to cover its address.
 */
void oracle_mapping(const struct mapped *m)
{
	struct anon_vma *anon_vma = folio_anon_vma(m->folio);
	struct anon_vma_chain *avc;

	/* a folio of KSM has no anon_vma */
	if (!anon_vma || anon_vma == shim_anon_vma(m->vma))
		return;
	list_for_each_entry(avc, &shim_anon_vma_chain(m->vma), same_vma)
		if (avc->anon_vma == anon_vma)
			return;
	wrong(m->sp, "lazy.folio",
	      "the folio at %lx is on an anon_vma that its VMA is not linked to", m->addr);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle's check of userfaultfd: a VMA has a context exactly if its flags say so,
 * and the context is open and of its mm; a context has one reference, that of its
 * descriptor, and one for each fault that waits for it; an entry is write-protected only in a VMA that is registered for it.
 */
#include <linux/mm.h>
#include <linux/swap.h>	/* before swapops.h of older trees */
#include <linux/userfaultfd_k.h>

#include "check.h"
#include SHIM_LEAF_HEADER

#ifdef CONFIG_USERFAULTFD
static struct userfaultfd_ctx *context_of(struct open_uffd *u)
{
	return u->file->private_data;
}

/**
 * uffd_protects() - is an entry write-protected by userfaultfd?
 * @pte: the entry, present or not
 */
bool uffd_protects(pte_t pte)
{
	if (pte_val(pte) & _PAGE_UFFD_WP)	/* in swap and under migration too */
		return true;
	return !pte_none(pte) && !pte_present(pte) && shim_leaf_is_uffd_wp(shim_leaf_of_pte(pte));
}

/* The open userfaultfd of a context, or NULL. */
static struct open_uffd *uffd_of(struct world *world, struct userfaultfd_ctx *ctx)
{
	struct open_uffd *u;

	list_for_each_entry(u, &world->uffds, list)
		if (context_of(u) == ctx)
			return u;
	return NULL;
}

static void check_vma(struct space *sp, struct vm_area_struct *vma)
{
	struct userfaultfd_ctx *ctx = shim_vm_userfaultfd_ctx(vma).ctx;

	if (!ctx != !userfaultfd_armed(vma))
		wrong(sp, "uffd.flags",
		      "VMA at %lx has %s userfaultfd context and vm_flags %lx", shim_vm_start(vma),
		      ctx ? "a" : "no", shim_vm_flags(vma));
	if (!ctx)
		return;
	if (!uffd_of(sp->test->priv, ctx))
		wrong(sp, "uffd.open",
		      "VMA at %lx is registered with a userfaultfd context that is not open",
		      shim_vm_start(vma));
	else if (ctx->mm != sp->mm)
		wrong(sp, "uffd.mm",
		      "VMA at %lx is registered with a userfaultfd context of another mm",
		      shim_vm_start(vma));
}

/* Faults that wait for a monitor: each has a reference. */
static int waiting(const struct wait_queue_head *head)
{
	return list_count_nodes((struct list_head *)&head->head);
}

static void check_context(struct open_uffd *u)
{
	struct userfaultfd_ctx *ctx = context_of(u);

	if (ctx->mm != u->sp->mm)
		wrong(u->sp, "uffd.mm",
		      "a userfaultfd context has mm %px, expected %px", ctx->mm, u->sp->mm);
	same_of(u->sp, "uffd.refcount",
		"refcount of a userfaultfd context", refcount_read(&ctx->refcount),
		1 + waiting(&ctx->fault_pending_wqh) + waiting(&ctx->fault_wqh));
	same_of(u->sp, "uffd.changing",
		"mmap_changing of a userfaultfd context", atomic_read(&ctx->mmap_changing), 0);
	if (rwsem_is_locked(&ctx->map_changing_lock))
		wrong(u->sp, "uffd.lock",
		      "map_changing_lock of a userfaultfd context is left locked");
}

/**
 * oracle_uffd() - check the contexts of userfaultfd and the VMAs that have one
 * @view: the view of all spaces
 */
void oracle_uffd(struct view *view)
{
	struct open_uffd *u;
	int i;

	for (i = 0; i < view->nr_vmas && !oracle_quiet(view->world); i++)
		check_vma(view->vma_space[i], view->vmas[i]);
	list_for_each_entry(u, &view->world->uffds, list)
		if (u->sp && u->sp->mm && !oracle_quiet(view->world))
			check_context(u);
}

/**
 * oracle_uffd_contexts() - the number of open contexts that mmgrab() the mm of a space
 * @sp: the space
 */
int oracle_uffd_contexts(struct space *sp)
{
	struct world *world = sp->test->priv;
	struct open_uffd *u;
	int nr = 0;

	list_for_each_entry(u, &world->uffds, list)
		nr += u->sp == sp;
	return nr;
}

/**
 * oracle_uffd_entry() - check an entry that is write-protected by userfaultfd
 * @sp: the space of the page table
 * @vma: the VMA of @addr
 * @addr: user address
 * @writable: true if the entry allows stores, which is wrong
 */
void oracle_uffd_entry(struct space *sp, struct vm_area_struct *vma, unsigned long addr,
		       bool writable)
{
	if (!userfaultfd_wp(vma))
		wrong(sp, "uffd.protected",
		      "entry at %lx is protected by userfaultfd, its VMA is not registered for that",
		      addr);
	else if (writable)
		wrong(sp, "uffd.protected",
		      "entry at %lx is protected by userfaultfd and writable", addr);
}
#else
bool uffd_protects(pte_t pte)
{
	return false;
}

void oracle_uffd(struct view *view)
{
}

int oracle_uffd_contexts(struct space *sp)
{
	return 0;
}

void oracle_uffd_entry(struct space *sp, struct vm_area_struct *vma, unsigned long addr,
		       bool writable)
{
}
#endif

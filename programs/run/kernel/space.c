// SPDX-License-Identifier: GPL-2.0
/* Address spaces of guests: made as execve() has left them, forked, and ended. */
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "internal.h"
#include "hosted.h"

/* The model of contents is for cases: a guest writes as it likes. */
static struct space *unknown_contents(struct space *sp)
{
	memset16(sp->model, MODEL_UNKNOWN, SPACE_PAGES);
	return sp;
}

/**
 * hosted_space_new() - an empty address space
 * @layout: what execve() has chosen
 *
 * Context: nobody else makes, forks or ends one.
 * Return: the space, which is the current one.
 */
void *hosted_space_new(const struct hosted_layout *layout)
{
	struct space *sp;
	struct mm_struct *mm;

	/* of the last call: it may be gone, and a new mm takes flags of it */
	shim_use_mm(NULL);
	sp = space_new(hosted_test);
	mm = sp->mm;

	shim_mmap_base(mm) = layout->top;
	mm->start_code = layout->start_code;
	mm->end_code = layout->end_code;
	mm->start_data = layout->start_data;
	mm->end_data = layout->end_data;
	shim_start_brk(mm) = shim_brk(mm) = layout->heap;
	mm->start_stack = layout->start_stack;
	mm->arg_start = layout->arg_start;
	mm->arg_end = layout->arg_end;
	mm->env_start = layout->env_start;
	mm->env_end = layout->env_end;
	return unknown_contents(sp);
}

/**
 * hosted_space_fork() - copy an address space as fork() does
 * @space: of the parent, whose TLB is flushed
 *
 * Context: as hosted_space_new().
 * Return: that of the child without a TLB, or NULL for lack of memory.
 */
void *hosted_space_fork(void *space)
{
	struct space *sp = space;
	struct mm_struct *mm;

	shim_use_mm(sp->mm);
	mm = shim_dup_mm(current, sp->mm);
	if (!mm)
		return NULL;
	mm->context.hosted = NULL;
	return unknown_contents(space_adopt(sp, mm));
}

/**
 * hosted_space_tlb() - have the flushes of a space go to its TLB
 * @space: the space
 * @tlb: for flush() of struct hosted_ops, or NULL
 */
void hosted_space_tlb(void *space, void *tlb)
{
	((struct space *)space)->mm->context.hosted = tlb;
}

/**
 * hosted_space_exit() - end an address space
 * @space: not to be used afterwards
 *
 * Context: as hosted_space_new(); nobody uses the space.
 */
void hosted_space_exit(void *space)
{
	struct space *sp = space;

	hosted_space_tlb(sp, NULL);
	shim_use_mm(NULL);
	mmput(sp->mm);
	list_del(&sp->list);
	kfree(sp);
}

/**
 * hosted_space_resident() - pages that a space maps, for the limits of the oracle
 * @space: the space
 *
 * Return: their number.
 */
unsigned long hosted_space_resident(void *space)
{
	return get_mm_rss(((struct space *)space)->mm);
}

/**
 * hosted_map() - mmap(), of a file of the machine
 * @space: where
 * @file: from hosted_file_new(), or NULL
 * @addr: as in mmap()
 * @len: as in mmap()
 * @prot: as in mmap()
 * @flags: as in mmap()
 * @offset: as in mmap()
 *
 * Return: the address, or a negative errno.
 */
long hosted_map(void *space, void *file, unsigned long addr, unsigned long len, unsigned long prot,
		unsigned long flags, unsigned long offset)
{
	shim_use_mm(((struct space *)space)->mm);
	if (offset_in_page(offset))
		return -EINVAL;
	return vm_mmap_pgoff(file, addr, len, prot, flags, offset >> PAGE_SHIFT);
}

/**
 * hosted_write() - write to a space as its program does
 * @space: the space
 * @addr: user address
 * @from: the bytes
 * @len: how many
 *
 * Return: 0, or a negative errno.
 */
int hosted_write(void *space, unsigned long addr, const void *from, unsigned long len)
{
	return shim_user_write(((struct space *)space)->mm, addr, from, len);
}

/**
 * hosted_read() - read from a space as its program does
 * @space: the space
 * @addr: user address
 * @to: buffer
 * @len: bytes
 *
 * Return: 0, or a negative errno.
 */
int hosted_read(void *space, unsigned long addr, void *to, unsigned long len)
{
	return shim_user_read(((struct space *)space)->mm, addr, to, len);
}

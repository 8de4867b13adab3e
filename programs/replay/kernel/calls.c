// SPDX-License-Identifier: GPL-2.0
/* Each call of a trace, done with the kernel's code. */
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "replay.h"

#define FILE_SIZE	(1UL << 24)	/* pages; a trace does not tell how long files are */
#define TOUCH_MOST	64		/* pages of one mapping, with --touch=all */

static struct rspace *new_space(struct replay *r, unsigned int proc, struct space *sp)
{
	struct rspace *rs = kzalloc(sizeof(*rs), GFP_KERNEL | __GFP_NOFAIL);

	rs->sp = sp;
	rs->users = 1;
	r->space[proc] = rs;
	return rs;
}

/**
 * replay_leave() - a process has its address space no more
 * @r: the run
 * @proc: the process
 */
void replay_leave(struct replay *r, unsigned int proc)
{
	struct rspace *rs = r->space[proc];

	r->space[proc] = NULL;
	if (!rs || --rs->users)
		return;
	space_exit(rs->sp);
	kfree(rs);
}

/* Below the top, as execve() puts it, and with the guard that it has. */
#define STACK_PAGES	34

static struct rspace *exec(struct replay *r, unsigned int proc)
{
	struct rspace *rs;
	long ret;

	replay_leave(r, proc);
	rs = new_space(r, proc, space_new(r->test));
	shim_use_mm(rs->sp->mm);
	ret = vm_mmap_pgoff(NULL, TASK_SIZE - STACK_PAGES * PAGE_SIZE, STACK_PAGES * PAGE_SIZE, RW,
			    ANON | MAP_FIXED | MAP_GROWSDOWN, 0);
	if (!IS_ERR_VALUE(ret) && r->run->touch != TOUCH_NONE)
		replay_touch(r, rs->sp, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
	return rs;
}

/**
 * replay_touch() - access the pages of a new mapping, as --touch says
 * @r: the run
 * @sp: the space
 * @start: first address
 * @end: the end; what cannot be accessed is left out
 */
void replay_touch(struct replay *r, struct space *sp, unsigned long start, unsigned long end)
{
	unsigned long addr = start;
	struct vm_area_struct *vma;
	bool write, read;
	u8 byte = 'x';

	if (r->run->touch == TOUCH_NONE)
		return;
	end = min(end, start + (r->run->touch == TOUCH_FIRST ? 1 : TOUCH_MOST) * PAGE_SIZE);
	for (; addr < end; addr += PAGE_SIZE) {
		/* a program that is larger than the machine is replayed with less */
		if (shim_pages_used() > SHIM_NR_PAGES / 2)
			return;
		mmap_read_lock(sp->mm);
		vma = vma_lookup(sp->mm, addr);
		write = vma && (shim_vm_flags(vma) & VM_WRITE);
		read = vma && (shim_vm_flags(vma) & (VM_READ | VM_EXEC));
		mmap_read_unlock(sp->mm);
		if (write ? !shim_user_write(sp->mm, addr, &byte, 1) :
			    read && !shim_user_read(sp->mm, addr, &byte, 1))
			r->run->touched++;
	}
}

/* Ranges that the trace changes and has not mapped are of execve(): the program and ld.so. */
static void infer(struct replay *r, struct space *sp, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;
	unsigned long to;

	end = PAGE_ALIGN(end);
	while (start < end) {
		mmap_read_lock(sp->mm);
		vma = find_vma(sp->mm, start);
		to = vma && shim_vm_start(vma) < end ? shim_vm_start(vma) : end;
		if (vma && shim_vm_start(vma) <= start) {
			start = shim_vm_end(vma);
			mmap_read_unlock(sp->mm);
			continue;
		}
		mmap_read_unlock(sp->mm);
		if (IS_ERR_VALUE(vm_mmap_pgoff(r->image, start, to - start, RW,
					       MAP_PRIVATE | MAP_FIXED, start & (FILE_SIZE - 1))))
			return;
		r->run->inferred++;
		start = to;
	}
}

static struct file *file_of(struct replay *r, int nr)
{
	if (nr < 0)
		return NULL;
	if (!r->files[nr])
		r->files[nr] = shim_file_create(FILE_SIZE);
	return r->files[nr];
}

static enum replay_why do_mmap_call(struct replay *r, const struct replay_call *c)
{
	struct space *sp = r->space[c->proc]->sp;
	unsigned long len = c->arg[1], flags = c->arg[3];
	struct file *file = file_of(r, c->file);
	enum replay_why why;
	long ret;

	if (flags & MAP_HUGETLB)
		return WHY_HUGETLB;
	/* where the kernel found room for it; MAP_DENYWRITE and its like are ignored */
	if (!c->open && !IS_ERR_VALUE(c->ret) && !(flags & MAP_FIXED))
		flags |= MAP_FIXED_NOREPLACE;
	flags &= ~(MAP_POPULATE | MAP_LOCKED);
	ret = vm_mmap_pgoff(file, c->open || IS_ERR_VALUE(c->ret) ? c->arg[0] : c->ret, len, c->arg[2],
			    flags, c->arg[5] >> PAGE_SHIFT);
	why = replay_judge(r, c, "mmap", ret);
	if (!IS_ERR_VALUE(ret))
		replay_touch(r, sp, ret, ret + len);
	return why;
}

static bool is_free(struct space *sp, unsigned long start, unsigned long end)
{
	bool is;

	mmap_read_lock(sp->mm);
	is = !find_vma_intersection(sp->mm, start, end);
	mmap_read_unlock(sp->mm);
	return is;
}

static enum replay_why do_mremap_call(struct replay *r, const struct replay_call *c)
{
	struct space *sp = r->space[c->proc]->sp;
	unsigned long flags = c->arg[3], to = c->arg[4];
	enum replay_why why;
	long ret;

	/* to the place that the kernel has chosen, which has no NOREPLACE */
	if (!c->open && !IS_ERR_VALUE(c->ret) && c->ret != c->arg[0]) {
		to = c->ret;
		if (!(flags & MREMAP_FIXED) && !is_free(sp, to, PAGE_ALIGN(to + c->arg[2])))
			return replay_judge(r, c, "mremap", -EEXIST);
		flags |= MREMAP_FIXED;
	}
	if (!c->open && !IS_ERR_VALUE(c->ret))
		infer(r, sp, c->arg[0], c->arg[0] + c->arg[1]);
	ret = sys_mremap(c->arg[0], c->arg[1], c->arg[2], flags, to);
	why = replay_judge(r, c, "mremap", ret);
	if (!IS_ERR_VALUE(ret) && c->arg[2] > c->arg[1])
		replay_touch(r, sp, ret + c->arg[1], ret + c->arg[2]);
	return why;
}

/* The first one says where the heap is that execve() has made. */
static enum replay_why do_brk_call(struct replay *r, const struct replay_call *c)
{
	struct rspace *rs = r->space[c->proc];
	struct mm_struct *mm = rs->sp->mm;
	unsigned long before = shim_brk(mm);
	enum replay_why why;
	long ret;

	if (!rs->has_brk) {
		shim_start_brk(mm) = shim_brk(mm) = mm->start_data = mm->end_data = c->arg[0] ? : c->ret;
		rs->has_brk = true;
		before = shim_brk(mm);
	}
	ret = sys_brk(c->arg[0]);
	why = replay_judge(r, c, "brk", ret);
	if (ret > before)
		replay_touch(r, rs->sp, PAGE_ALIGN(before), PAGE_ALIGN(ret));
	return why;
}

static bool has_advice(unsigned long advice)
{
	switch (advice) {
	case MADV_HUGEPAGE:
	case MADV_NOHUGEPAGE:
	case MADV_COLLAPSE:
		return IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE);
	case MADV_MERGEABLE:
	case MADV_UNMERGEABLE:
		return IS_ENABLED(CONFIG_KSM);
	case MADV_PAGEOUT:
		return IS_ENABLED(CONFIG_SWAP);
	case MADV_HWPOISON:
	case MADV_SOFT_OFFLINE:
	case MADV_REMOVE:
	case MADV_WILLNEED:
		return false;
	}
	return true;
}

static enum replay_why seal(struct replay *r, const struct replay_call *c)
{
	r->sealed = true;
	return replay_judge(r, c, "mseal", sys_mseal(c->arg[0], c->arg[1], c->arg[2]));
}

static enum replay_why do_all_call(struct replay *r, const struct replay_call *c)
{
	if (c->kind == REPLAY_MUNLOCKALL)
		return replay_judge(r, c, "munlockall", sys_munlockall());
	return replay_judge(r, c, "mlockall", sys_mlockall(c->arg[0]));
}

static enum replay_why do_range_call(struct replay *r, const struct replay_call *c)
{
	struct space *sp = r->space[c->proc]->sp;
	unsigned long start = c->arg[0], len = c->arg[1];
	enum replay_why why;

	if (c->kind == REPLAY_MADVISE && !has_advice(c->arg[2]))
		return WHY_ADVICE;
	if (!c->ret && !c->open && c->kind != REPLAY_MUNMAP)
		infer(r, sp, start, start + len);
	switch (c->kind) {
	case REPLAY_MUNMAP:
		return replay_judge(r, c, "munmap", sys_munmap(start, len));
	case REPLAY_MPROTECT:
		why = replay_judge(r, c, "mprotect", sys_mprotect(start, len, c->arg[2]));
		if (!c->ret && !c->open && (c->arg[2] & PROT_WRITE))
			replay_touch(r, sp, start, start + len);
		return why;
	case REPLAY_MLOCK:
		return replay_judge(r, c, "mlock", sys_mlock(start, len));
	case REPLAY_MUNLOCK:
		return replay_judge(r, c, "munlock", sys_munlock(start, len));
	case REPLAY_MSEAL:
		return seal(r, c);
	case REPLAY_REMAP_FILE:
		return replay_judge(r, c, "remap_file_pages",
				    sys_remap_file_pages(start, len, c->arg[2], c->arg[3], c->arg[4]));
	default:
		return replay_judge(r, c, "madvise", sys_madvise(start, len, c->arg[2]));
	}
}

static enum replay_why do_fork_call(struct replay *r, const struct replay_call *c)
{
	struct rspace *parent = r->space[c->proc], *child;
	struct space *sp = space_fork(parent->sp);

	if (!sp)
		return WHY_NO_MEMORY;
	child = new_space(r, c->child, sp);
	child->has_brk = parent->has_brk;
	/* both go on with the stack that they share now */
	replay_touch(r, child->sp, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
	replay_touch(r, parent->sp, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
	return WHY_DONE;
}

/**
 * replay_call() - do what a line of the trace says
 * @r: the run
 * @c: the line
 *
 * Return: what came of it.
 */
enum replay_why replay_call(struct replay *r, const struct replay_call *c)
{
	enum replay_why why;

	if (c->kind == REPLAY_EXEC) {
		exec(r, c->proc);
		return WHY_DONE;
	}
	if (!r->space[c->proc])
		return WHY_NO_PROCESS;
	if (c->kind == REPLAY_EXIT) {
		replay_leave(r, c->proc);
		return WHY_DONE;
	}
	shim_use_mm(r->space[c->proc]->sp->mm);
	if (replay_refused(r, c, &why))
		return why;
	replay_before(r, c);
	switch (c->kind) {
	case REPLAY_MMAP:
		return do_mmap_call(r, c);
	case REPLAY_MREMAP:
		return do_mremap_call(r, c);
	case REPLAY_BRK:
		return do_brk_call(r, c);
	case REPLAY_FORK:
		return do_fork_call(r, c);
	case REPLAY_THREAD:
		r->space[c->child] = r->space[c->proc];
		r->space[c->child]->users++;
		return WHY_DONE;
	case REPLAY_MLOCKALL:
	case REPLAY_MUNLOCKALL:
		return do_all_call(r, c);
	default:
		return do_range_call(r, c);
	}
}

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

/**
 * replay_touch() - access the pages of a new mapping, as --touch says
 * @r: the run
 * @proc: whose
 * @start: first address
 * @end: the end; what cannot be accessed is left out
 */
void replay_touch(struct replay *r, unsigned int proc, unsigned long start, unsigned long end)
{
	struct space *sp = r->space[proc]->sp;
	unsigned long addr = start;
	struct vm_area_struct *vma;
	bool write, read;
	u8 byte = 'x';

	if (r->run->touch == TOUCH_NONE || r->run->plain)
		return;
	end = min(end, start + (r->run->touch == TOUCH_FIRST ? 1 : TOUCH_MOST) * PAGE_SIZE);
	for (; addr < end; addr += PAGE_SIZE) {
		replay_try_touch(r, proc, addr);
		/* a program that is larger than the machine is replayed with less */
		if (shim_pages_used() > SHIM_NR_PAGES / 2)
			return;
		mmap_read_lock(sp->mm);
		vma = vma_lookup(sp->mm, addr);
		write = vma && (shim_vm_flags(vma) & VM_WRITE);
		read = vma && (shim_vm_flags(vma) & (VM_READ | VM_EXEC));
		mmap_read_unlock(sp->mm);
		if (write ? shim_user_write(sp->mm, addr, &byte, 1) :
			    !read || shim_user_read(sp->mm, addr, &byte, 1))
			continue;
		r->run->touched++;
		replay_note_touch(r, proc, addr, write);
	}
}

/* Below the top, as execve() puts it, and with the guard that it has. */
#define STACK_PAGES	34

static struct rspace *exec(struct replay *r, const struct replay_call *c)
{
	const unsigned long flags = ANON | MAP_FIXED | MAP_GROWSDOWN;
	const unsigned long len = STACK_PAGES * PAGE_SIZE, start = TASK_SIZE - len;
	struct rspace *rs;
	long ret;

	replay_leave(r, c->proc);
	rs = new_space(r, c->proc, space_new(r->test));
	shim_use_mm(rs->sp->mm);
	replay_note(r, c, 0);
	if (r->run->plain || c->arg[0])
		return rs;
	ret = vm_mmap_pgoff(NULL, start, len, RW, flags, 0);
	replay_note_map(r, c->proc, start, len, RW, flags, -1, 0, ret);
	if (!IS_ERR_VALUE(ret))
		replay_touch(r, c->proc, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
	return rs;
}

/* Ranges that the trace changes and has not mapped are of execve(): the program and ld.so. */
static void infer(struct replay *r, unsigned int proc, unsigned long start, unsigned long end)
{
	struct space *sp = r->space[proc]->sp;
	struct vm_area_struct *vma;
	unsigned long to;
	long ret;

	end = PAGE_ALIGN(end);
	while (start < end && !r->run->plain) {
		mmap_read_lock(sp->mm);
		vma = find_vma(sp->mm, start);
		to = vma && shim_vm_start(vma) < end ? shim_vm_start(vma) : end;
		if (vma && shim_vm_start(vma) <= start) {
			start = shim_vm_end(vma);
			mmap_read_unlock(sp->mm);
			continue;
		}
		mmap_read_unlock(sp->mm);
		ret = vm_mmap_pgoff(r->image, start, to - start, RW, MAP_PRIVATE | MAP_FIXED,
				    start & (FILE_SIZE - 1));
		replay_note_map(r, proc, start, to - start, RW, MAP_PRIVATE | MAP_FIXED, r->run->nr_files,
			 (start & (FILE_SIZE - 1)) << PAGE_SHIFT, ret);
		if (IS_ERR_VALUE(ret))
			return;
		r->run->inferred++;
		start = to;
	}
}

static struct file *file_of(struct replay *r, int nr)
{
	if (nr < 0)
		return NULL;
	if (nr == r->run->nr_files)
		return r->image;
	if (!r->files[nr])
		r->files[nr] = shim_file_create(FILE_SIZE);
	return r->files[nr];
}

static enum replay_why do_mmap_call(struct replay *r, const struct replay_call *c)
{
	unsigned long addr, len = c->arg[1], flags = c->arg[3];
	struct replay_call as = *c;
	struct file *file = file_of(r, c->file);
	enum replay_why why;
	long ret;

	if (flags & MAP_HUGETLB)
		return WHY_HUGETLB;
	/* where the kernel found room for it; MAP_DENYWRITE and its like are ignored */
	if (!c->open && !IS_ERR_VALUE(c->ret) && !(flags & MAP_FIXED))
		flags |= MAP_FIXED_NOREPLACE;
	flags &= ~(MAP_POPULATE | MAP_LOCKED);
	addr = c->open || IS_ERR_VALUE(c->ret) ? c->arg[0] : c->ret;
	as.arg[0] = addr;
	as.arg[3] = flags;
	replay_try(r, &as);
	ret = vm_mmap_pgoff(file, addr, len, c->arg[2], flags, c->arg[5] >> PAGE_SHIFT);
	replay_note(r, &as, ret);
	why = replay_judge(r, c, "mmap", ret);
	if (!IS_ERR_VALUE(ret))
		replay_touch(r, c->proc, ret, ret + len);
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
	struct replay_call as = *c;
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
		infer(r, c->proc, c->arg[0], c->arg[0] + c->arg[1]);
	as.arg[3] = flags;
	as.arg[4] = to;
	replay_try(r, &as);
	ret = sys_mremap(c->arg[0], c->arg[1], c->arg[2], flags, to);
	replay_note(r, &as, ret);
	why = replay_judge(r, c, "mremap", ret);
	if (!IS_ERR_VALUE(ret) && c->arg[2] > c->arg[1])
		replay_touch(r, c->proc, ret + c->arg[1], ret + c->arg[2]);
	return why;
}

/* A call that was made as the trace has it. */
static enum replay_why outcome(struct replay *r, const struct replay_call *c, const char *what, long ret)
{
	replay_note(r, c, ret);
	return replay_judge(r, c, what, ret);
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
	why = outcome(r, c, "brk", ret);
	if (ret > before)
		replay_touch(r, c->proc, PAGE_ALIGN(before), PAGE_ALIGN(ret));
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
	return outcome(r, c, "mseal", sys_mseal(c->arg[0], c->arg[1], c->arg[2]));
}

static enum replay_why do_all_call(struct replay *r, const struct replay_call *c)
{
	if (c->kind == REPLAY_MUNLOCKALL)
		return outcome(r, c, "munlockall", sys_munlockall());
	return outcome(r, c, "mlockall", sys_mlockall(c->arg[0]));
}

static enum replay_why do_range_call(struct replay *r, const struct replay_call *c)
{
	unsigned long start = c->arg[0], len = c->arg[1];
	enum replay_why why;

	if (c->kind == REPLAY_MADVISE && !has_advice(c->arg[2]))
		return WHY_ADVICE;
	if (!c->ret && !c->open && c->kind != REPLAY_MUNMAP) {
		infer(r, c->proc, start, start + len);
		replay_try(r, c);
	}
	switch (c->kind) {
	case REPLAY_MUNMAP:
		return outcome(r, c, "munmap", sys_munmap(start, len));
	case REPLAY_MPROTECT:
		why = outcome(r, c, "mprotect", sys_mprotect(start, len, c->arg[2]));
		if (!c->ret && !c->open && (c->arg[2] & PROT_WRITE))
			replay_touch(r, c->proc, start, start + len);
		return why;
	case REPLAY_MLOCK:
		return outcome(r, c, "mlock", sys_mlock2(start, len, c->arg[2]));
	case REPLAY_MUNLOCK:
		return outcome(r, c, "munlock", sys_munlock(start, len));
	case REPLAY_MSEAL:
		return seal(r, c);
	case REPLAY_REMAP_FILE:
		return outcome(r, c, "remap_file_pages",
				    sys_remap_file_pages(start, len, c->arg[2], c->arg[3], c->arg[4]));
	default:
		return outcome(r, c, "madvise", sys_madvise(start, len, c->arg[2]));
	}
}

/* An access that another run has made. */
static enum replay_why touch_again(struct replay *r, const struct replay_call *c)
{
	struct mm_struct *mm = r->space[c->proc]->sp->mm;
	u8 byte = 'x';
	int err;

	err = c->arg[1] ? shim_user_write(mm, c->arg[0], &byte, 1) : shim_user_read(mm, c->arg[0], &byte, 1);
	if (!err)
		replay_note(r, c, 0);
	return WHY_DONE;
}

static enum replay_why do_fork_call(struct replay *r, const struct replay_call *c)
{
	struct rspace *parent = r->space[c->proc], *child;
	struct space *sp = space_fork(parent->sp);

	if (!sp)
		return WHY_NO_MEMORY;
	child = new_space(r, c->child, sp);
	child->has_brk = parent->has_brk;
	replay_note(r, c, 0);
	/* both go on with the stack that they share now */
	replay_touch(r, c->child, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
	replay_touch(r, c->proc, TASK_SIZE - PAGE_SIZE, TASK_SIZE);
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
		exec(r, c);
		return WHY_DONE;
	}
	if (!r->space[c->proc])
		return WHY_NO_PROCESS;
	if (c->kind == REPLAY_EXIT) {
		replay_note(r, c, 0);
		replay_leave(r, c->proc);
		return WHY_DONE;
	}
	shim_use_mm(r->space[c->proc]->sp->mm);
	if (replay_refused(r, c, &why))
		return why;
	replay_before(r, c);
	replay_try(r, c);
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
		replay_note(r, c, 0);
		return WHY_DONE;
	case REPLAY_MLOCKALL:
	case REPLAY_MUNLOCKALL:
		return do_all_call(r, c);
	case REPLAY_TOUCH:
		return touch_again(r, c);
	default:
		return do_range_call(r, c);
	}
}

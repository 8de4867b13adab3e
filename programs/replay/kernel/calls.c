// SPDX-License-Identifier: GPL-2.0
/* Each call of a trace, done with the kernel's code. */
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "replay.h"

#define TOUCH_MOST	64		/* pages of one mapping, with --touch=all */

static struct rspace *new_space(struct replay *r, unsigned int proc, struct space *sp)
{
	struct rspace *rs = kzalloc(sizeof(*rs), GFP_KERNEL | __GFP_NOFAIL);

	rs->sp = sp;
	rs->users = 1;
	mt_init(&rs->unmapped);
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
	mtree_destroy(&rs->unmapped);
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

/* Close the files that are mapped nowhere: one that is mapped again has no contents to miss. */
static void close_unmapped(struct replay *r)
{
	unsigned int i;

	for (i = 0; i < r->run->nr_files; i++) {
		if (!r->files[i] || file_count(r->files[i]) > 1)
			continue;
		shim_file_put(r->files[i]);
		r->files[i] = NULL;
		r->nr_open--;
	}
}

/* Open a file that is to be mapped; false where there are too many. */
static bool file_of(struct replay *r, int nr, struct file **file)
{
	*file = nr == r->run->nr_files ? r->image : NULL;
	if (nr < 0 || *file)
		return true;
	if (!r->files[nr]) {
		if (r->nr_open == FILES_MOST)
			close_unmapped(r);
		if (r->nr_open == FILES_MOST)
			return false;
		r->files[nr] = shim_file_create(FILE_SIZE);
		r->nr_open++;
	}
	*file = r->files[nr];
	return true;
}

static enum replay_why do_mmap_call(struct replay *r, const struct replay_call *c)
{
	unsigned long addr, len = c->arg[1], flags = c->arg[3];
	struct replay_call as = *c;
	enum replay_why why;
	struct file *file;
	long ret;

	if (flags & MAP_HUGETLB) {
		if (!IS_ERR_VALUE(c->ret))
			replay_unmapped(r, c->proc, c->ret, c->ret + len, false);
		return WHY_HUGETLB;
	}
	if (!file_of(r, c->file, &file))
		return WHY_NO_MEMORY;
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
		replay_image(r, c->proc, c->arg[0], c->arg[0] + c->arg[1]);
	as.arg[3] = flags;
	as.arg[4] = to;
	replay_try(r, &as);
	ret = sys_mremap(c->arg[0], c->arg[1], c->arg[2], flags, to);
	replay_note(r, &as, ret);
	why = replay_judge(r, c, "mremap", ret);
	if (!c->open && !IS_ERR_VALUE(c->ret))
		replay_unmapped(r, c->proc, c->arg[0], c->arg[0] + c->arg[1], true);
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

/*
 * The first one says where the heap is that execve() has made. /proc/PID/maps tells its end to a
 * page: a result of the trace tells it better.
 */
static void know_brk(struct rspace *rs, const struct replay_call *c)
{
	struct mm_struct *mm = rs->sp->mm;

	if (!rs->has_brk)
		shim_start_brk(mm) = shim_brk(mm) = mm->start_data = mm->end_data = c->arg[0] ? : c->ret;
	else if (rs->brk_to_a_page && !c->open && PAGE_ALIGN(c->ret) == shim_brk(mm))
		shim_brk(mm) = c->ret;
	rs->has_brk = true;
	rs->brk_to_a_page = c->arg[1];
}

static enum replay_why do_brk_call(struct replay *r, const struct replay_call *c)
{
	struct mm_struct *mm = r->space[c->proc]->sp->mm;
	unsigned long before = shim_brk(mm);
	enum replay_why why;
	long ret;

	ret = sys_brk(c->arg[0]);
	why = outcome(r, c, "brk", ret);
	if (ret > before)
		replay_touch(r, c->proc, PAGE_ALIGN(before), PAGE_ALIGN(ret));
	else
		replay_unmapped(r, c->proc, PAGE_ALIGN(ret), PAGE_ALIGN(before), true);
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
		replay_image(r, c->proc, start, start + len);
		replay_try(r, c);
	}
	switch (c->kind) {
	case REPLAY_MUNMAP:
		why = outcome(r, c, "munmap", sys_munmap(start, len));
		if (!c->ret)
			replay_unmapped(r, c->proc, start, start + len, true);
		return why;
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
	child->brk_to_a_page = parent->brk_to_a_page;
	WARN_ON(mtree_dup(&parent->unmapped, &child->unmapped, GFP_ATOMIC | __GFP_NOFAIL));
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
	if (c->kind == REPLAY_BRK)
		know_brk(r->space[c->proc], c);
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

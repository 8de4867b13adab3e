// SPDX-License-Identifier: GPL-2.0
/* Decide if a call of a trace can be carried out here, and compare its result with the trace's. */
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include "internal.h"
#include "replay.h"

#define ROWS	14	/* VMAs of a drawing */

/**
 * struct row - a VMA of a drawing
 * @start: first address
 * @end: behind the last
 * @rights: as in /proc/PID/maps
 */
struct row {
	unsigned long start, end;
	char rights[5];
};

struct drawing {
	struct row row[ROWS];
	unsigned int nr;
};

static bool is_whole(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, start); vma && start < end && shim_vm_start(vma) <= start;
	     vma = find_vma(mm, start))
		start = shim_vm_end(vma);
	mmap_read_unlock(mm);
	return start >= end;
}

/* ENOMEM is the answer to a range that has a hole, and to a limit or a lack of memory. */
static bool lacks_memory(struct replay *r, const struct replay_call *c)
{
	struct mm_struct *mm = r->space[c->proc]->sp->mm;

	switch (c->kind) {
	case REPLAY_MPROTECT:
	case REPLAY_MADVISE:
	case REPLAY_MLOCK:
	case REPLAY_MUNLOCK:
	case REPLAY_MSEAL:
		return is_whole(mm, c->arg[0] & PAGE_MASK, PAGE_ALIGN(c->arg[0] + c->arg[1]));
	default:
		return true;
	}
}

/**
 * replay_refused() - check if the real kernel refused a call for a reason that is not here
 * @r: the run
 * @c: the call
 * @why: set to the reason
 *
 * Such a call has changed nothing there, so it is not carried out. What is refused for its
 * arguments is: the answer must be the same.
 *
 * Return: true if the call is to be left out.
 */
bool replay_refused(struct replay *r, const struct replay_call *c, enum replay_why *why)
{
	struct rspace *rs = r->space[c->proc];

	if (c->open || r->run->plain)
		return false;
	*why = WHY_LIMITS;
	/* brk() answers with the end that the heap has */
	if (c->kind == REPLAY_BRK)
		return rs->has_brk && c->arg[0] && c->ret != c->arg[0] && c->ret == shim_brk(rs->sp->mm);
	switch (c->ret) {
	case -ENOMEM:
		return lacks_memory(r, c);
	case -EAGAIN:
	case -EMFILE:
	case -ENFILE:
		return true;
	case -EACCES:
	case -EBADF:
	case -ENODEV:
	case -ETXTBSY:
		*why = WHY_FILE_RIGHTS;
		return true;
	case -EPERM:
		*why = WHY_FILE_RIGHTS;
		return !r->sealed;
	case -EINVAL:
		/* an advice that the real kernel has not, or not for this file */
		*why = WHY_REFUSED;
		return c->kind == REPLAY_MADVISE;
	case -EEXIST:
	case -EFAULT:
		return false;
	}
	*why = WHY_REFUSED;
	return IS_ERR_VALUE(c->ret);
}

/**
 * replay_rights() - the rights of a VMA as in /proc/PID/maps
 * @flags: of the VMA
 * @to: room for five characters
 */
void replay_rights(unsigned long flags, char *to)
{
	to[0] = flags & VM_READ ? 'r' : '-';
	to[1] = flags & VM_WRITE ? 'w' : '-';
	to[2] = flags & VM_EXEC ? 'x' : '-';
	to[3] = flags & VM_MAYSHARE ? 's' : 'p';
	to[4] = 0;
}

static void add_row(struct drawing *d, unsigned long start, unsigned long end, const char *rights)
{
	struct row *row;

	if (start >= end || d->nr == ROWS)
		return;
	row = &d->row[d->nr++];
	row->start = start;
	row->end = end;
	strscpy(row->rights, rights, sizeof(row->rights));
}

/* The VMAs of a range, with a neighbour on each side. */
static void draw(struct mm_struct *mm, unsigned long start, unsigned long end, struct drawing *d)
{
	struct vm_area_struct *vma, *prev;
	unsigned int after = 0;
	char rights[5];

	d->nr = 0;
	mmap_read_lock(mm);
	find_vma_prev(mm, start, &prev);
	VMA_ITERATOR(vmi, mm, prev ? shim_vm_start(prev) : 0);
	for_each_vma(vmi, vma) {
		if (shim_vm_start(vma) >= end && after++)
			break;
		replay_rights(shim_vm_flags(vma), rights);
		add_row(d, shim_vm_start(vma), shim_vm_end(vma), rights);
	}
	mmap_read_unlock(mm);
}

/* Take a range out of a drawing, as munmap() does. */
static void cut(struct drawing *d, unsigned long start, unsigned long end)
{
	struct drawing old = *d;
	struct row *row;

	d->nr = 0;
	for (row = old.row; row < old.row + old.nr; row++) {
		add_row(d, row->start, min(row->end, max(row->start, start)), row->rights);
		add_row(d, max(row->start, min(row->end, end)), row->end, row->rights);
	}
}

static void insert(struct drawing *d, unsigned long start, unsigned long end, const char *rights)
{
	struct drawing old;
	unsigned int i;

	cut(d, start, end);
	old = *d;
	d->nr = 0;
	for (i = 0; i < old.nr && old.row[i].start < start; i++)
		add_row(d, old.row[i].start, old.row[i].end, old.row[i].rights);
	add_row(d, start, end, rights);
	for (; i < old.nr; i++)
		add_row(d, old.row[i].start, old.row[i].end, old.row[i].rights);
}

static void change_rights(struct drawing *d, unsigned long start, unsigned long end, const char *rights)
{
	struct drawing old = *d;
	struct row *row;
	char now[5];

	for (row = old.row; row < old.row + old.nr; row++) {
		strscpy(now, rights, sizeof(now));
		now[3] = row->rights[3];
		if (row->start < end && row->end > start)
			insert(d, max(row->start, start), min(row->end, end), now);
	}
}

/* Change a drawing of the address space before a call as the trace's answer says. */
static void apply(struct drawing *d, const struct replay_call *c)
{
	unsigned long end = PAGE_ALIGN(c->arg[0] + c->arg[1]);
	unsigned long prot = c->arg[2];
	char rights[5];

	replay_rights((prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) |
		  (prot & PROT_EXEC ? VM_EXEC : 0) |
		  (c->arg[3] & MAP_TYPE & MAP_SHARED ? VM_MAYSHARE : 0), rights);
	if (IS_ERR_VALUE(c->ret))
		return;
	if (c->kind == REPLAY_MMAP) {
		insert(d, c->ret, PAGE_ALIGN(c->ret + c->arg[1]), rights);
	} else if (c->kind == REPLAY_MUNMAP) {
		cut(d, c->arg[0], end);
	} else if (c->kind == REPLAY_MPROTECT) {
		change_rights(d, c->arg[0], end, rights);
	} else if (c->kind == REPLAY_MREMAP) {
		strscpy(rights, "?", sizeof(rights));
		if (!(c->arg[3] & MREMAP_DONTUNMAP))
			cut(d, c->arg[0], end);
		insert(d, c->ret, PAGE_ALIGN(c->ret + c->arg[2]), rights);
	}
}

static struct drawing before, there, here;

/* Addresses that a call is about, for a drawing. */
static void about(const struct replay_call *c, unsigned long *start, unsigned long *end)
{
	*start = c->arg[0];
	*end = c->arg[0] + c->arg[1];
	if (c->kind == REPLAY_MMAP && !IS_ERR_VALUE(c->ret)) {
		*start = c->ret;
		*end = c->ret + c->arg[1];
	} else if (c->kind == REPLAY_MREMAP && !IS_ERR_VALUE(c->ret)) {
		*start = min_t(unsigned long, *start, c->ret);
		*end = max_t(unsigned long, *end, c->ret + c->arg[2]);
	} else if (c->kind == REPLAY_BRK) {
		*start = min_t(unsigned long, c->arg[0], c->ret) - PAGE_SIZE;
		*end = c->ret;
	}
}

/**
 * replay_before() - draw what a call is about, in case its result differs
 * @r: the run, in which no result has differed
 * @c: the call
 */
void replay_before(struct replay *r, const struct replay_call *c)
{
	unsigned long start, end;

	if (r->run->why[WHY_DIFFERS] || c->open || r->run->plain)
		return;
	about(c, &start, &end);
	draw(r->space[c->proc]->sp->mm, start, end, &before);
}

static void row_text(const struct drawing *d, unsigned int i, char *to, size_t size)
{
	const struct row *row = &d->row[i];

	to[0] = 0;
	if (i < d->nr)
		snprintf(to, size, "%012lx-%012lx %s", row->start, row->end, row->rights);
	else if (!i)
		strscpy(to, "nothing", size);
}

/* An address, or an error by its number as the manual has it. */
static void result_text(long ret, char *text, size_t size)
{
	if (IS_ERR_VALUE(ret))
		snprintf(text, size, "error %ld", -ret);
	else
		snprintf(text, size, "%lx", ret);
}

/* The first call that differs: what is different after it may be so for that reason. */
static void tell(struct replay *r, const struct replay_call *c, const char *what, long ret)
{
	struct replay_run *run = r->run;
	char want[24], is[24], left[48], right[48];
	unsigned long start, end;
	unsigned int i, at;

	about(c, &start, &end);
	there = before;
	apply(&there, c);
	draw(r->space[c->proc]->sp->mm, start, end, &here);
	result_text(c->ret, want, sizeof(want));
	result_text(ret, is, sizeof(is));
	at = scnprintf(run->told, sizeof(run->told),
		       "line %u: %s: the trace has %s, here it is %s\n%-34s%s", c->line, what, want,
		       is, "  in the trace", "  here");
	for (i = 0; i < max3(1U, there.nr, here.nr); i++) {
		row_text(&there, i, left, sizeof(left));
		row_text(&here, i, right, sizeof(right));
		at += scnprintf(run->told + at, sizeof(run->told) - at, "\n  %-32s  %s", left, right);
	}
}

/**
 * replay_judge() - compare a result with the trace's
 * @r: the run
 * @c: the call
 * @what: its name
 * @ret: what it returned here
 *
 * Return: what came of it.
 */
enum replay_why replay_judge(struct replay *r, const struct replay_call *c, const char *what,
			     long ret)
{
	if (r->run->plain) {
		/* the call whose wrong result is what the run is about */
		return c->open && IS_ERR_VALUE(ret) == IS_ERR_VALUE(c->ret) &&
		       (!IS_ERR_VALUE(ret) || ret == c->ret) ? WHY_DIFFERS : WHY_DONE;
	}
	if (c->open || ret == c->ret)
		return WHY_DONE;
	if (!r->run->why[WHY_DIFFERS]) {
		tell(r, c, what, ret);
		r->run->differs = r->run->nr_done - 1;
		r->run->want = c->ret;
	}
	return WHY_DIFFERS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What a program can do to its address space, through the system calls, and
 * what that does to the model of its contents. The oracle runs after each.
 */
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include "internal.h"
#include "words.h"

static void model_set(struct space *sp, long page, long nr, u16 value)
{
	for (; nr > 0; page++, nr--)
		if (page >= 0 && page < SPACE_PAGES)
			sp->model[page] = value;
}

/* Pages that nobody has written to: zero, or whatever the file has. */
static void model_fresh(struct space *sp, long page, long nr)
{
	struct vm_area_struct *vma;

	for (; nr > 0; page++, nr--) {
		vma = vma_of(sp, page);
		model_set(sp, page, 1, vma && vma_is_anonymous(vma) ? 0 : MODEL_UNKNOWN);
	}
}

static void model_move(struct space *sp, long from, long nr, long to)
{
	u16 value;
	long i;

	for (i = 0; i < nr; i++) {
		value = sp->model[from + i];
		sp->model[from + i] = MODEL_UNKNOWN;
		sp->model[to + i] = value;
	}
}

/*
 * MAP_FIXED that fails may have unmapped what was there, and so may MREMAP_FIXED,
 * which also shrinks the old place before it moves it.
 */
static void model_gaps(struct space *sp, long page, long nr)
{
	for (; nr > 0; page++, nr--)
		if (!vma_of(sp, page))
			model_set(sp, page, 1, MODEL_UNKNOWN);
}

/* A move of several VMAs that fails may have moved the first of them. */
static void model_moved(struct space *sp, long page, long nr)
{
	for (; nr > 0; page++, nr--)
		if (!folio_of(sp, page))
			model_set(sp, page, 1, MODEL_UNKNOWN);
}

/**
 * map_at() - mmap() with everything to choose
 * @sp: the space, made the current one
 * @page: where, with MAP_FIXED; else a hint
 * @nr: pages
 * @prot: PROT_*
 * @flags: MAP_*
 * @file: NULL for anonymous memory
 * @pgoff: first page of the file
 *
 * Return: the address or a negative errno.
 */
long map_at(struct space *sp, long page, long nr, int prot, int flags,
	    struct file *file, pgoff_t pgoff)
{
	struct world *world = sp->test->priv;
	long addr;

	world->op_nr = nr;
	op_begin(sp, "mmap");
	addr = op_end(vm_mmap_pgoff(file, page_addr(page), nr * PAGE_SIZE, prot, flags, pgoff));
	if (!IS_ERR_VALUE(addr)) {
		page = ((unsigned long)addr - SPACE_BASE) >> PAGE_SHIFT;
		model_fresh(sp, page, nr);
	} else if (flags & MAP_FIXED) {
		model_gaps(sp, page, nr);
	}
	return op_done(sp, addr);
}

/* Fixed at the page, as an errno. */
int map_file(struct space *sp, long page, long nr, int prot, int flags,
	     struct file *file, pgoff_t pgoff)
{
	long addr = map_at(sp, page, nr, prot, flags | MAP_FIXED, file, pgoff);

	return IS_ERR_VALUE(addr) ? addr : 0;
}

/* Anonymous and private. */
int map(struct space *sp, long page, long nr, int prot)
{
	return map_file(sp, page, nr, prot, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
}

int unmap(struct space *sp, long page, long nr)
{
	int err;

	op_begin(sp, "munmap");
	err = op_end(sys_munmap(page_addr(page), nr * PAGE_SIZE));
	if (!err)
		model_set(sp, page, nr, MODEL_UNKNOWN);
	return op_done(sp, err);
}

int protect(struct space *sp, long page, long nr, int prot)
{
	op_begin(sp, "mprotect");
	return op_done(sp, op_end(sys_mprotect(page_addr(page), nr * PAGE_SIZE, prot)));
}

/**
 * remap() - mremap() with everything to choose
 * @sp: the space
 * @page: old first page
 * @nr: old number of pages
 * @new_nr: new number of pages
 * @flags: MREMAP_*
 * @to: new first page, with MREMAP_FIXED
 *
 * Return: the new first page or a negative errno.
 */
long remap(struct space *sp, long page, long nr, long new_nr, unsigned long flags, long to)
{
	struct world *world = sp->test->priv;
	struct vm_area_struct *vma;
	long addr, now;
	bool several;

	/* what stays behind loses its anon_vma and keeps its offset */
	if (flags & MREMAP_DONTUNMAP)
		sp->odd_offsets |= has_moved(vma_of(sp, page));
	vma = vma_of(sp, page);
	several = vma && vma->vm_end < page_addr(page + nr);
	world->op_page = page;
	world->op_nr = nr;
	world->op_to = to;
	op_begin(sp, "mremap");
	addr = op_end(sys_mremap(page_addr(page), nr * PAGE_SIZE, new_nr * PAGE_SIZE, flags,
				 page_addr(to)));
	if (IS_ERR_VALUE(addr)) {
		if (flags & MREMAP_FIXED) {
			model_gaps(sp, to, new_nr);
			model_gaps(sp, page, nr);
			if (several) {
				model_moved(sp, page, nr);
				model_set(sp, to, new_nr, MODEL_UNKNOWN);
			}
		}
		return op_done(sp, addr);
	}
	now = ((unsigned long)addr - SPACE_BASE) >> PAGE_SHIFT;
	if (now != page && now >= 0 && now + new_nr <= SPACE_PAGES) {
		model_fresh(sp, now, new_nr);
		model_move(sp, page, min(nr, new_nr), now);
		if (flags & MREMAP_DONTUNMAP)
			model_fresh(sp, page, nr);
	} else if (now != page) {
		/* outside of the window that the model covers */
		model_set(sp, page, nr, MODEL_UNKNOWN);
	}
	if (new_nr < nr)
		model_set(sp, page + new_nr, nr - new_nr, MODEL_UNKNOWN);
	else
		model_fresh(sp, now + nr, new_nr - nr);
	return op_done(sp, now);
}

static int errno_of(long ret)
{
	return IS_ERR_VALUE(ret) ? ret : 0;
}

/* To a fixed place, whatever was there. */
int move(struct space *sp, long page, long nr, long to)
{
	return errno_of(remap(sp, page, nr, nr, MREMAP_MAYMOVE | MREMAP_FIXED, to));
}

/* In place or not at all. */
int resize(struct space *sp, long page, long nr, long new_nr)
{
	return errno_of(remap(sp, page, nr, new_nr, 0, 0));
}

int advise(struct space *sp, long page, long nr, int advice)
{
	int err;

	op_begin(sp, advice == MADV_COLLAPSE ? "collapse" : "madvise");
	err = op_end(sys_madvise(page_addr(page), nr * PAGE_SIZE, advice));
	/* it goes on over gaps, and ends where a mapping is locked */
	if (advice == MADV_DONTNEED && (!err || err == -ENOMEM))
		model_fresh(sp, page, nr);
	else if (advice == MADV_DONTNEED || advice == MADV_FREE)
		forget(sp, page, nr);
	return op_done(sp, err);
}

int lock(struct space *sp, long page, long nr)
{
	op_begin(sp, "mlock");
	return op_done(sp, op_end(sys_mlock(page_addr(page), nr * PAGE_SIZE)));
}

int unlock(struct space *sp, long page, long nr)
{
	op_begin(sp, "munlock");
	return op_done(sp, op_end(sys_munlock(page_addr(page), nr * PAGE_SIZE)));
}

/* The first page that is all beyond a break. */
static long page_after(unsigned long brk)
{
	return (long)(PAGE_ALIGN(brk) - SPACE_BASE) >> PAGE_SHIFT;
}

/* Returns 0 or -ENOMEM: brk() itself answers with the break that there is. */
int set_brk(struct space *sp, unsigned long brk)
{
	long old = page_after(sp->mm->brk), now;

	op_begin(sp, "brk");
	if (op_end(sys_brk(brk)) != brk)
		return op_done(sp, -ENOMEM);
	now = page_after(brk);
	model_fresh(sp, min(old, now), abs(old - now));
	return op_done(sp, 0);
}

/**
 * forget() - a call that fails may take the contents of pages with it
 * @sp: the space
 * @page: the first of them
 * @nr: how many; what they hold is not known any more
 */
void forget(struct space *sp, long page, long nr)
{
	model_set(sp, page, nr, MODEL_UNKNOWN);
}

static unsigned long usual_ram;
static int usual_batch;

/**
 * commit_limit() - overcommit is forbidden from here on
 * @pages: how many may be charged, with those that are already
 */
void commit_limit(long pages)
{
	if (!usual_ram) {
		usual_ram = totalram_pages();
		usual_batch = vm_committed_as_batch;
	}
	sysctl_overcommit_memory = OVERCOMMIT_NEVER;
	vm_committed_as_batch = 1;	/* the kernel looks at the rough sum */
	percpu_counter_sync(&vm_committed_as);
	/* half of the memory is the limit, and must not be reached */
	atomic_long_set(&_totalram_pages, 2 * (pages + 1));
}

/**
 * commit_no_limit() - all is again as before commit_limit()
 */
void commit_no_limit(void)
{
	sysctl_overcommit_memory = OVERCOMMIT_GUESS;
	vm_committed_as_batch = usual_batch;
	atomic_long_set(&_totalram_pages, usual_ram);
}

/* The first page from one on that is mapped: a stack may grow down from there. */
static long mapped_from(struct space *sp, long page)
{
	struct vm_area_struct *vma;
	long top;

	mmap_read_lock(sp->mm);
	vma = find_vma(sp->mm, page_addr(page));
	top = vma ? (long)(vma->vm_start - SPACE_BASE) >> PAGE_SHIFT : page;
	mmap_read_unlock(sp->mm);
	return max(top, page);
}

/* It maps the same page of the same file, whether it is there now or not. */
static bool maps_same(struct vm_area_struct *vma, unsigned long addr,
		      struct vm_area_struct *other, unsigned long other_addr)
{
	return vma->vm_file && other->vm_file->f_mapping == vma->vm_file->f_mapping &&
	       linear_page_index(other, other_addr) == linear_page_index(vma, addr);
}

/* It shows what the file has, or will when it is accessed: it is no copy. */
static bool shows_file(struct space *sp, struct vm_area_struct *vma, long page)
{
	return (vma->vm_flags & VM_SHARED) ||
	       (!frame_of(sp, page) && pte_none(pte_at(sp, page)));
}

/* A store to a shared page is seen wherever a file's mapping has the page. */
static void model_shared(struct space *sp, long page, u8 value, struct space *other)
{
	struct vm_area_struct *vma = vma_of(sp, page), *at;
	struct page *frame = frame_of(sp, page);
	VMA_ITERATOR(vmi, other->mm, SPACE_BASE);
	unsigned long addr;
	long i;

	mmap_read_lock(other->mm);
	for_each_vma_range(vmi, at, page_addr(SPACE_PAGES)) {
		if (!at->vm_file)
			continue;
		for (addr = max(at->vm_start, SPACE_BASE); addr < at->vm_end; addr += PAGE_SIZE) {
			i = (long)(addr - SPACE_BASE) >> PAGE_SHIFT;
			if ((frame && frame_of(other, i) == frame) ||
			    (maps_same(vma, page_addr(page), at, addr) &&
			     shows_file(other, at, i)))
				model_set(other, i, 1, value);
		}
	}
	mmap_read_unlock(other->mm);
}

static void model_write(struct space *sp, long page, u8 value)
{
	struct world *world = sp->test->priv;
	struct space *other;

	model_set(sp, page, 1, value);
	if (!(vma_of(sp, page)->vm_flags & VM_SHARED))
		return;
	list_for_each_entry(other, &world->spaces, list)
		model_shared(sp, page, value, other);
}

/* Beyond what layouts show: where a program keeps what its system calls point to. */
#define USER_DATA	(SPACE_PAGES + 64)

/**
 * put_user_data() - put something into user memory, for a system call's argument
 * @sp: the space, made the current one
 * @data: what
 * @len: its bytes, at most a page
 *
 * Return: the user address, until the next call, or a negative errno.
 */
long put_user_data(struct space *sp, const void *data, size_t len)
{
	unsigned long addr = page_addr(USER_DATA);
	long err = 0;

	if (!vma_of(sp, USER_DATA))
		err = map_at(sp, USER_DATA, 1, RW, ANON | MAP_FIXED, NULL, 0);
	if (IS_ERR_VALUE(err))
		return err;
	return shim_user_write(sp->mm, addr, data, len) ?: (long)addr;
}

/* A byte; the running task's mm stays what it was. */
static int access_user(struct space *sp, unsigned long addr, u8 *byte, bool write)
{
	struct mm_struct *current_mm = current->mm;
	int err;

	op_begin(sp, "access");
	err = write ? shim_user_write(sp->mm, addr, byte, 1) :
		      shim_user_read(sp->mm, addr, byte, 1);
	op_end(err);
	shim_use_mm(current_mm);
	return err;
}

/**
 * write_page() - a store by user code into the first and last byte of a page
 * @sp: the space, current or not
 * @page: the page
 * @value: what the page holds from now on
 *
 * Return: 0, -EFAULT (SIGSEGV), -EIO (SIGBUS) or -ENOMEM.
 */
int write_page(struct space *sp, long page, u8 value)
{
	long top = mapped_from(sp, page);	/* all below it is fresh if it grows */
	int err = access_user(sp, page_addr(page), &value, true);

	if (!err)
		err = access_user(sp, page_addr(page + 1) - 1, &value, true);
	if (!err) {
		model_fresh(sp, page, top - page);
		model_write(sp, page, value);
	}
	return op_done(sp, err);
}

/**
 * read_page() - a load by user code; what it sees must agree with the model
 * @sp: the space, current or not
 * @page: the page
 *
 * Return: as write_page().
 */
int read_page(struct space *sp, long page)
{
	long top = mapped_from(sp, page);	/* all below it is fresh if it grows */
	u8 value = 0;
	int err = access_user(sp, page_addr(page), &value, false);

	if (!err)
		model_fresh(sp, page, top - page);
	if (!err && sp->model[page] != MODEL_UNKNOWN)
		KUNIT_EXPECT_EQ_MSG(sp->test, value, sp->model[page],
				    "%s page %ld", sp->name, page);
	return op_done(sp, err);
}

/* What user code loads from the first byte of a page, or an error. */
int byte_at(struct space *sp, long page)
{
	u8 value = 0;
	int err = access_user(sp, page_addr(page), &value, false);

	return op_done(sp, err) ?: value;
}

/* Reads each of several pages; the first error. */
int look(struct space *sp, long page, long nr)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = read_page(sp, page);
	return err;
}

/* Writes the same byte into each of several pages; the first error. */
int touch(struct space *sp, long page, long nr, u8 value)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = write_page(sp, page, value);
	return err;
}

/* The same with a byte more in each page, so that all of them differ. */
int touch_each(struct space *sp, long page, long nr, u8 value)
{
	int err = 0;

	for (; nr > 0 && !err; page++, nr--)
		err = write_page(sp, page, value++);
	return err;
}

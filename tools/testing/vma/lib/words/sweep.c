// SPDX-License-Identifier: GPL-2.0
/*
 * The judgement of operations in a failure sweep. The run without failures records the
 * value that each operation returned and the layout that it left. An operation in which
 * an allocation has failed must do the same, or fail for lack of memory, or do less, in
 * one of the ways that are listed here. The case ends there, after the oracle, and must
 * leave nothing allocated.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/percpu_counter.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "chardev.h"
#include "words.h"
#include "sweep.h"
#if defined(SHIM_BUG_SWAP_CACHE_NODES) && defined(CONFIG_SWAP)
#include "swap.h"	/* of mm/ */
#endif

/*
 * Values that an operation may return for lack of memory. A NULL name stands for all
 * operations.
 */
static const struct oom_error {
	const char *op;
	int err;
} oom_errors[] = {
	{ NULL, -ENOMEM },
	/* mlock() has this from POSIX, and madvise() asks for another try by it */
	{ "mlock", -EAGAIN },
	{ "madvise", -EAGAIN },
	{ "collapse", -EAGAIN },
	{ "collapse", -EINVAL },	/* finding 9 */
	{ "prctl", -EAGAIN },
	/* pages that cannot be copied, written or unmapped now stay at their place */
	{ "migration", -EAGAIN },
	{ "reclaim", -EAGAIN },
	{ "split", -EAGAIN },
	/* UFFDIO_COPY and the like have done a part of it */
	{ "ioctl", -EAGAIN },
	/* a mapping that cannot be merged calls the driver's hook, which returns this here */
	{ "mmap", -EIO },
	/* tmpfs has no inode for shared memory */
	{ "mmap", -ENOSPC },
	/* a stack that cannot grow is a SIGSEGV */
	{ "access", -EFAULT },
};

/*
 * Parts that a successful operation may leave undone. The layouts of both runs are equal
 * but for this.
 */
enum oom_less {
	UNMERGED = 1,		/* neighbours that could be one VMA */
	UNPOPULATED = 2,	/* pages that could be present */
	STAYS_MAPPED = 4,	/* empty pages that could be unmapped */
	SMALL = 8,		/* single pages where a large folio could be */
	NOT_OUT = 16,		/* pages that could be evicted */
};

static const struct oom_degraded {
	const char *op;
	enum oom_less less;
} oom_degraded[] = {
	/* a new mapping that cannot be merged is mapped beside its neighbours */
	{ "mmap", UNMERGED },
	/* so is a moved mapping at its new place */
	{ "mremap", UNMERGED },
	/* the old place that cannot be split off stays, without its pages */
	{ "mremap", STAYS_MAPPED },
	/* MAP_POPULATE and mlocked memory: an access makes the fault later */
	{ "mmap", UNPOPULATED },
	{ "mremap", UNPOPULATED },
	{ "brk", UNPOPULATED },
	/* a fault in a file mapping maps pages around it, if it has the memory */
	{ "access", UNPOPULATED },
	/* (un)registered VMAs that cannot be merged stay two, and the call succeeds */
	{ "ioctl", UNMERGED },
	{ "close", UNMERGED },
	/* pages that cannot be written or split now stay in memory */
	{ "reclaim", NOT_OUT },
	{ "shrinkers", NOT_OUT },
	/* single pages instead of a large folio, of which some are present */
	{ "access", SMALL },
	{ "migration", SMALL },
	{ "khugepaged", SMALL },
	{ "khugepaged", NOT_OUT },
	/* MADV_PAGEOUT, where the swap cache needs memory itself */
	{ "madvise", NOT_OUT },
};

static bool is_oom_error(const char *op, long ret)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(oom_errors); i++)
		if (ret == oom_errors[i].err &&
		    (!oom_errors[i].op || !strcmp(op, oom_errors[i].op)))
			return true;
	return false;
}

static unsigned int allowed_less(const char *op)
{
	unsigned int less = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(oom_degraded); i++)
		if (!strcmp(op, oom_degraded[i].op))
			less |= oom_degraded[i].less;
	return less;
}

static bool is_boundary(const char *at)
{
	return !strncmp(at, "][", 2) || !strncmp(at, ")(", 2) || !strncmp(at, "}{", 2);
}

/* Is a page as wanted, but for the parts that may be undone? */
static bool page_lacks(char is, char want, unsigned int less)
{
	bool small = want == 'H' && (less & SMALL);

	if ((less & SMALL) && is == 'S' && want >= 'A' && want <= 'Z')
		return true;
	if ((less & NOT_OUT) && is >= 'A' && is <= 'Z' && (want == 'S' || want == (is | 0x20)))
		return true;
	if (is >= 'A' && is <= 'Z')
		return small;
	if (!(less & UNPOPULATED) || !(is >= 'a' && is <= 'z'))
		return false;
	return small || is == (want | 0x20);
}

/* Is a layout as wanted, but for the parts that may be undone? */
static bool same_but(const char *is, const char *want, unsigned int less)
{
	for (;;) {
		if (*is == *want && *is) {
			is++;
			want++;
		} else if ((less & UNMERGED) && is_boundary(is)) {
			is += 2;
		} else if (page_lacks(*is, *want, less)) {
			is++;
			want++;
		} else {
			return !*is && !*want;
		}
	}
}

static bool is_bracket(char c)
{
	return c && strchr("[](){}", c);
}

/* Are two layouts equal page by page, but for boundaries and for empty pages that stay? */
static bool same_but_stays(const char *is, const char *want)
{
	for (;;) {
		if (is_bracket(*is))
			is++;
		else if (is_bracket(*want))
			want++;
		else if (*is == *want && *is)
			is++, want++;
		else if (*want >= 'A' && *want <= 'Z' && *is == (*want | 0x20))
			is++, want++;
		else if (*want == '.' && *is >= 'a' && *is <= 'z')
			is++, want++;
		else if (*want == ' ' && *is && strchr("wrxn.", *is))
			is++;
		else
			return !*is && !*want;
	}
}

/*
 * The ranges of VMAs that the layout of a space does not show, as "START[=END]", and as
 * "START[][=END]" where two VMAs are side by side: same_but() knows such a boundary.
 */
static size_t ranges_elsewhere(struct space *sp, char *text, size_t room)
{
	VMA_ITERATOR(vmi, sp->mm, 0);
	struct vm_area_struct *vma;
	unsigned long end = 0;
	size_t len = 0;

	mmap_read_lock(sp->mm);
	for_each_vma(vmi, vma) {
		if (shim_vm_end(vma) > SPACE_BASE && shim_vm_start(vma) < page_addr(SPACE_PAGES))
			continue;
		if (shim_vm_start(vma) == end) {
			len += scnprintf(text + len, room - len, "][");
		} else {
			if (end)
				len += scnprintf(text + len, room - len, "=%lx] ", end);
			len += scnprintf(text + len, room - len, "%lx[", shim_vm_start(vma));
		}
		end = shim_vm_end(vma);
	}
	mmap_read_unlock(sp->mm);
	if (end)
		len += scnprintf(text + len, room - len, "=%lx] ", end);
	return len;
}

/* The layouts of all spaces, and what no layout shows. */
static char *state_of(struct kunit *test)
{
	struct world *world = test->priv;
	size_t room = PAGE_SIZE * 4, len = 0;
	char *text = kunit_kzalloc(test, room, GFP_KERNEL);
	struct space *sp;

	list_for_each_entry(sp, &world->spaces, list) {
		len += scnprintf(text + len, room - len, "%s %s ", sp->name, layout_of(sp));
		len += ranges_elsewhere(sp, text + len, room - len);
	}
	return text;
}

/* A layout with a character for each page: "w*3" becomes "www", "H" 512 letters. */
static char *expand(struct kunit *test, const char *text)
{
	size_t room = PAGE_SIZE * 8, len = 0;
	char *all = kunit_kzalloc(test, room, GFP_KERNEL), c;
	unsigned long nr;

	while (*text && len < room - 1) {
		c = *text++;
		nr = *text == '*' ? simple_strtoul(text + 1, (char **)&text, 10) : 1;
		if (c == 'H')
			nr *= HUGE_NR;
		nr = min(nr, room - 1 - len);
		memset(all + len, c, nr);
		len += nr;
	}
	return all;
}

static void write_down(struct shim_sweep_log *log, unsigned int nr, long ret, const char *state)
{
	size_t len = strlen(state) + 1;

	/* offset 0 is the empty string, for operations without room for their text */
	if (!log->used)
		log->used = 1;
	log->nr_ops = nr + 1;
	log->ret[nr] = ret;
	if (log->used + len > SHIM_SWEEP_TEXT)
		return;
	memcpy(log->text + log->used, state, len);
	log->state[nr] = log->used;
	log->used += len;
}

/* The number of pages of a VMA that are in the source of the mremap(). */
static long pages_in_source(struct world *world, struct vm_area_struct *vma)
{
	unsigned long start = max(shim_vm_start(vma), page_addr(world->op_page));
	unsigned long end = min(shim_vm_end(vma), page_addr(world->op_page + world->op_nr));

	return shim_vm_mm(vma) == current->mm && start < end ? (end - start) >> PAGE_SHIFT : 0;
}

/* The number of charged pages that no VMA or file would uncharge. */
static long charged_for_nothing(struct world *world)
{
	long pages = charged() - oracle_file_charges();
	struct vm_area_struct *vma;
	struct space *sp;

	list_for_each_entry(sp, &world->spaces, list) {
		VMA_ITERATOR(vmi, sp->mm, 0);

		mmap_read_lock(sp->mm);
		for_each_vma(vmi, vma)
			if (shim_vm_flags(vma) & VM_ACCOUNT)
				pages -= vma_pages(vma);
		mmap_read_unlock(sp->mm);
	}
	return pages;
}

/*
 * Finding 1: mremap() whose source cannot be unmapped afterwards loses the charge of
 * the pages that remain, or leaves a charge for pages that are not there, also when it
 * undoes a move. Only that is repaired, so that the oracle can check the rest.
 */
static void forgive_finding_1(struct kunit *test, long ret)
{
	struct world *world = test->priv;
	struct vm_area_struct *vma;
	struct space *sp;
	long lost, of_it = 0;

	if (!IS_ENABLED(SHIM_BUG_MREMAP_SPLIT_CHARGE) || strcmp(world->op, "mremap"))
		return;
	lost = charged_for_nothing(world);
	list_for_each_entry(sp, &world->spaces, list) {
		VMA_ITERATOR(vmi, sp->mm, 0);

		mmap_read_lock(sp->mm);
		for_each_vma(vmi, vma) {
			if (shim_vm_flags(vma) & VM_ACCOUNT)
				;	/* it uncharges its own pages */
			else if ((shim_vm_flags(vma) & (VM_NORESERVE | VM_SHARED | VM_WRITE)) == VM_WRITE)
				of_it += vma_pages(vma);
			else
				of_it += pages_in_source(world, vma);
			/* the move was undone, and the new place could not be unmapped */
			if (ret < 0 && sp->mm == current->mm &&
			    shim_vm_start(vma) == page_addr(world->op_to))
				of_it += world->op_nr;
		}
		mmap_read_unlock(sp->mm);
	}
	if (lost > 0 && lost <= of_it)
		vm_unacct_memory(lost);
}

/* Finding 8: MAP_FIXED that fails late loses the charge of what it replaced. */
static void forgive_finding_8(struct world *world, long ret)
{
	long lost;

	if (!IS_ENABLED(SHIM_BUG_REPLACED_CHARGE) || strcmp(world->op, "mmap") || ret >= 0)
		return;
	lost = charged_for_nothing(world);
	if (lost > 0 && lost <= world->op_nr)
		vm_unacct_memory(lost);
}

/*
 * Finding 19: if the swap cache has no memory for all nodes of a large folio, it keeps
 * those that it has allocated. A store and an erasure there free empty nodes.
 */
static void forgive_finding_19(void)
{
#if defined(SHIM_BUG_SWAP_CACHE_NODES) && defined(CONFIG_SWAP)
	struct file *device = shim_swap_file(0);
	long slot, nr = device ? i_size_read(file_inode(device)) >> PAGE_SHIFT : 0;

	for (slot = 0; slot < nr; slot += XA_CHUNK_SIZE) {
		swp_entry_t entry = swp_entry(0, slot);
		struct xarray *cache = &swap_address_space(entry)->i_pages;

		if (xa_load(cache, swap_cache_index(entry)))
			continue;
		xa_store(cache, swap_cache_index(entry), xa_mk_value(0), GFP_KERNEL);
		xa_erase(cache, swap_cache_index(entry));
	}
#endif
}

static bool is_right(struct kunit *test, const char *op, unsigned int nr, long ret,
		     const char *state, const char *want)
{
	struct shim_sweep_log *log = shim_sweep_log();

	if (is_oom_error(op, ret))
		return true;
	if (nr >= log->nr_ops || ret != log->ret[nr])
		return false;
	state = expand(test, state);
	want = expand(test, want);
	return same_but(state, want, allowed_less(op)) ||
	       ((allowed_less(op) & STAYS_MAPPED) && same_but_stays(state, want));
}

static void judge(struct kunit *test, const char *op, unsigned int nr, long ret)
{
	struct shim_sweep_log *log = shim_sweep_log();
	const char *want = nr < log->nr_ops ? log->text + log->state[nr] : "";
	const char *state = state_of(test);

	if (!is_right(test, op, nr, ret, state, want))
		KUNIT_FAIL(test, "sweep: %s with a failed allocation returns %ld and leaves %s; without, it returns %ld and leaves %s",
			   op, ret, state, nr < log->nr_ops ? log->ret[nr] : 0, want);
}

/**
 * leave_out_of_sweeps() - have no failure sweep of this case
 *
 * For what is right and has no end where there is never any memory, and for calls that may
 * leave more than one state of a kind that the sweep does not know.
 */
void leave_out_of_sweeps(void)
{
	/* as of every case that lets allocations fail itself; this lets none */
	shim_fail_nth(0, false);
	shim_fail_stop();
}

/**
 * sweep_forgive() - repair the state that known bugs of this kernel have left
 * @test: the case, of which an allocation has failed
 * @ret: the value that the operation returned
 *
 * Each bug is one of docs/results/findings.md, is looked for by scripts/probes, and only its
 * own trace is repaired: the oracle reports all else.
 */
void sweep_forgive(struct kunit *test, long ret)
{
	forgive_finding_1(test, ret);
	forgive_finding_8(test->priv, ret);
	forgive_finding_19();
}

/* An operation of the run without failures, or of the one that makes the others. */
static void record(struct kunit *test, unsigned int nr, long ret)
{
	if (shim_sweep_mode() != SHIM_SWEEP_RECORD || shim_sweep_log()->own_failures)
		return;
	KUNIT_ASSERT_LT(test, nr, SHIM_SWEEP_OPS);
	write_down(shim_sweep_log(), nr, ret, state_of(test));
}

/**
 * sweep_judge() - record the end of an operation, or compare it with the record
 * @test: the case
 * @ret: the value that the operation returned
 *
 * Does not return if an allocation of the operation has failed: the case ends there.
 */
void sweep_judge(struct kunit *test, long ret)
{
	struct world *world = test->priv;
	unsigned int nr;

	if (shim_sweep_mode() == SHIM_SWEEP_OFF || world->setup || world->in_flight ||
	    world->ended || world->quiet)
		return;
	nr = world->nr_ops++;
	if (shim_sweep_mode() != SHIM_SWEEP_FAIL) {
		record(test, nr, ret);
		return;
	}
	world->ended = true;
	judge(test, world->op, nr, ret);
	if (strcmp(world->op, "mmap"))
		chardevs_end(test);
	shim_sweep_finish(test);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle: what must be true of every address space at a quiet point. Counts
 * are made again from the VMAs and page tables and compared with the kernel's.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/percpu_counter.h>

#include "internal.h"
#include "vma.h"
#include "oracle.h"
#include "pages.h"
#include "ptr_map.h"

static struct mapped all_mapped[MAX_MAPPED];
static struct vm_area_struct *all_vmas[MAX_VMAS];
static struct space *all_vma_spaces[MAX_VMAS];
DEFINE_PTR_MAP(known_vmas, MAX_VMAS);

void wrong(struct space *sp, const char *fmt, ...)
{
	struct world *world = sp->test->priv;
	char text[200];
	va_list args;

	if (oracle_quiet(world))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	world->complained = true;
	snprintf(world->complaint, sizeof(world->complaint), "%s: %s", sp->name, text);
	if (world->asked)
		return;
	KUNIT_FAIL(sp->test, "oracle: %s; %s is %s", world->complaint, sp->name, layout_of(sp));
	picture(sp->test, sp, NULL);
}

/**
 * oracle_quiet() - whether nothing more is to be said
 * @world: the case's
 */
bool oracle_quiet(struct world *world)
{
	return world->quiet || world->complained;
}

/**
 * oracle_hold() - say that the case itself has references to something
 * @test: the case
 * @object: a folio, file, anon_vma or mm, or grabbed(mm)
 * @refs: how many more than before; negative when they are dropped
 */
void oracle_hold(struct kunit *test, const void *object, int refs)
{
	struct world *world = test->priv;
	struct held *held = world->held;
	int i;

	for (i = 0; i < MAX_HELD && held[i].refs && held[i].object != object; i++)
		;
	KUNIT_ASSERT_LT(test, i, MAX_HELD);
	held[i].object = object;
	held[i].refs += refs;
}

/**
 * oracle_held() - references that the case has by oracle_hold()
 * @world: the case's
 * @object: to what
 */
int oracle_held(struct world *world, const void *object)
{
	int i, refs = 0;

	for (i = 0; i < MAX_HELD; i++)
		if (world->held[i].object == object)
			refs += world->held[i].refs;
	return refs;
}

/**
 * oracle_knows_vma() - whether a VMA is one of the view
 * @vma: anything, it is not looked into
 */
bool oracle_knows_vma(const struct vm_area_struct *vma)
{
	return ptr_map_get(&known_vmas, vma);
}

struct recount {
	long total, data, stack, exec, locked, account;
};

static void count_vma(struct recount *r, struct vm_area_struct *vma)
{
	long nr = vma_pages(vma);

	r->total += nr;
	if (is_exec_mapping(vma->vm_flags))
		r->exec += nr;
	else if (is_stack_mapping(vma->vm_flags))
		r->stack += nr;
	else if (is_data_mapping(vma->vm_flags))
		r->data += nr;
	if (vma->vm_flags & VM_LOCKED)
		r->locked += nr;
	if (vma->vm_flags & VM_ACCOUNT)
		r->account += nr;
}

/*
 * The page offset of a VMA that was never faulted is its address, or neighbours
 * could not merge. Not so where the anon_vma went and the offset stayed.
 */
static void check_offset(struct space *sp, struct vm_area_struct *vma)
{
	pgoff_t there = shim_anon_pgoff(vma), expected = vma->vm_start >> PAGE_SHIFT;

	if (sp->odd_offsets || vma->anon_vma)
		return;
	/* where there is one offset for both, a file's is the file's */
	if (!SHIM_OWN_ANON_PGOFF && (vma->vm_file || !vma_is_anonymous(vma)))
		return;
	if (there != expected)
		wrong(sp, "anonymous page offset of the unfaulted VMA at %lx is %lx, expected %lx",
		      vma->vm_start, there, expected);
}

static void check_vma(struct space *sp, struct vm_area_struct *vma)
{
	if (vma->vm_mm != sp->mm)
		wrong(sp, "vm_mm of the VMA at %lx is %px, expected %px", vma->vm_start,
		      vma->vm_mm, sp->mm);
	if (vma->vm_start >= vma->vm_end || !PAGE_ALIGNED(vma->vm_start | vma->vm_end))
		wrong(sp, "VMA at %lx ends at %lx", vma->vm_start, vma->vm_end);
	if (!shim_vma_is_quiet(vma))
		wrong(sp, "VMA at %lx is not attached and unlocked, its count is %u",
		      vma->vm_start, shim_vma_count(vma));
	if (vma->vm_lock_seq == sp->mm->mm_lock_seq.sequence)
		wrong(sp, "VMA at %lx is left locked for writing, vm_lock_seq is %u",
		      vma->vm_start, vma->vm_lock_seq);
	if (!is_lazy(vma) && (!vma->anon_vma) != list_empty(&vma->anon_vma_chain))
		wrong(sp, "VMA at %lx: anon_vma is %s and anon_vma_chain is %s",
		      vma->vm_start, vma->anon_vma ? "set" : "NULL",
		      list_empty(&vma->anon_vma_chain) ? "empty" : "not");
	check_offset(sp, vma);
}

static void check_locks(struct space *sp)
{
	struct mm_struct *mm = sp->mm;

	if (rwsem_is_locked(&mm->mmap_lock))
		wrong(sp, "mmap_lock is left locked");
	if (mm->mm_lock_seq.sequence & 1)
		wrong(sp, "mm_lock_seq is %u, as while the mm is locked for writing",
		      mm->mm_lock_seq.sequence);
	if (spin_is_locked(&mm->page_table_lock))
		wrong(sp, "page_table_lock is left locked");
}

/* KSM, khugepaged and userfaultfd keep an mm_struct that they know of. */
static void check_mm_count(struct space *sp)
{
	struct mm_struct *mm = sp->mm;
	int there = atomic_read(&mm->mm_count);
	int expected = 1 + shim_mm_flag(mm, MMF_VM_MERGEABLE) + shim_mm_flag(mm, MMF_VM_HUGEPAGE) +
		       oracle_uffd_contexts(sp) + oracle_held(sp->test->priv, grabbed(mm));

	/* finding 18: the mark is there, and there was no memory for the note */
	if (IS_ENABLED(SHIM_BUG_KHUGEPAGED_MARK) && shim_sweep_mode() == SHIM_SWEEP_FAIL &&
	    shim_mm_flag(mm, MMF_VM_HUGEPAGE) && there == expected - 1)
		return;
	same(sp, "mm_count", there, expected);
}

/**
 * oracle_space() - recount what an mm counts of its VMAs and page tables
 * @sv: the view of it
 */
void oracle_space(struct space_view *sv)
{
	static const char *const rss[NR_MM_COUNTERS] = {
		[MM_FILEPAGES] = "MM_FILEPAGES", [MM_ANONPAGES] = "MM_ANONPAGES",
		[MM_SWAPENTS] = "MM_SWAPENTS", [MM_SHMEMPAGES] = "MM_SHMEMPAGES",
	};
	struct space *sp = sv->sp;
	struct mm_struct *mm = sp->mm;
	struct recount r = {};
	int i;

	check_locks(sp);
	for (i = 0; i < sv->nr_vmas; i++) {
		check_vma(sp, sv->vmas[i]);
		count_vma(&r, sv->vmas[i]);
	}
	same(sp, "map_count", mm->map_count, sv->nr_vmas);
	same(sp, "total_vm", mm->total_vm, r.total);
	same(sp, "data_vm", mm->data_vm, r.data);
	same(sp, "stack_vm", mm->stack_vm, r.stack);
	same(sp, "exec_vm", mm->exec_vm, r.exec);
	same(sp, "locked_vm", mm->locked_vm, r.locked);
	same(sp, "pinned_vm", atomic64_read(&mm->pinned_vm), 0);
	same(sp, "mm_users", atomic_read(&mm->mm_users), 1 + oracle_held(sp->test->priv, mm));
	check_mm_count(sp);
	same(sp, "pgtables_bytes", mm_pgtables_bytes(mm), sv->tables_bytes);
	for (i = 0; i < NR_MM_COUNTERS; i++)
		same(sp, rss[i], get_mm_counter_sum(mm, i), sv->rss[i]);
	sp->account = r.account;
}

static void list_vmas(struct view *view, struct space_view *sv)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sv->sp->mm, 0);

	sv->vmas = view->vmas + view->nr_vmas;
	rcu_read_lock();
	for_each_vma(vmi, vma) {
		if (view->nr_vmas == MAX_VMAS) {
			wrong(sv->sp, "there are more VMAs than MAX_VMAS, %d", MAX_VMAS);
			break;
		}
		view->vma_space[view->nr_vmas] = sv->sp;
		view->vmas[view->nr_vmas++] = vma;
		sv->nr_vmas++;
	}
	rcu_read_unlock();
}

static void check_spaces(struct view *view)
{
	struct space *sp, *last = NULL;
	long account = oracle_file_charges();
	int i;

	list_for_each_entry(sp, &view->world->spaces, list) {
		struct space_view sv = { .sp = sp };

		list_vmas(view, &sv);
		oracle_walk(view, &sv);
		oracle_space(&sv);
		oracle_contents(&sv);
		account += sp->account;
		last = sp;
	}
	if (last)
		same(last, "vm_committed_as", charged(), account);
	ptr_map_clear(&known_vmas, view->nr_vmas);
	for (i = 0; i < view->nr_vmas; i++)
		if (ptr_map_add(&known_vmas, view->vmas[i], 1) > 1)
			wrong(view->vma_space[i], "VMA at %lx is in the tree twice",
			      view->vmas[i]->vm_start);
}

/* The kernel's own check ends the case where ours would only complain. */
static void validate(struct view *view)
{
	struct space *sp;

	list_for_each_entry(sp, &view->world->spaces, list) {
		if (oracle_quiet(view->world))
			return;
		mmap_read_lock(sp->mm);
		validate_mm(sp->mm);
		mmap_read_unlock(sp->mm);
	}
}

/**
 * oracle_look() - what the oracle sees, without a word on it
 * @test: the case
 * @sv: filled for each space, valid until the next look
 * @room: for so many
 *
 * Return: how many spaces there are, @room at the most.
 */
int oracle_look(struct kunit *test, struct space_view *sv, int room)
{
	struct world *world = test->priv;
	struct view view = {
		.world = world, .mapped = all_mapped, .vmas = all_vmas,
		.vma_space = all_vma_spaces,
	};
	bool quiet = world->quiet;
	struct space *sp;
	int nr = 0;

	world->quiet = true;
	oracle_swap_begin();
	list_for_each_entry(sp, &world->spaces, list) {
		if (nr == room)
			break;
		sv[nr] = (struct space_view) { .sp = sp };
		list_vmas(&view, &sv[nr]);
		oracle_walk(&view, &sv[nr++]);
	}
	world->quiet = quiet;
	return nr;
}

/**
 * oracle() - check every space of a case
 * @test: the case
 *
 * Context: nothing runs beside it and no lock is held. A violation fails the
 * case with the reason and a drawing.
 */
void oracle(struct kunit *test)
{
	struct view view = {
		.world = test->priv, .mapped = all_mapped, .vmas = all_vmas,
		.vma_space = all_vma_spaces,
	};

	if (oracle_quiet(view.world))
		return;
	oracle_swap_begin();
	check_spaces(&view);
	oracle_anon_vmas(&view);
	oracle_uffd(&view);
	oracle_files(&view);
	validate(&view);
	oracle_swap(&view);
	oracle_ksm(&view);
	oracle_folios(&view);
	/* the graph makes a view of its own */
	if (view.world->complained && !view.world->asked)
		graph(test);
}

/**
 * oracle_complaint() - ask the oracle instead of letting it fail the case
 * @test: the case
 *
 * Return: the first complaint, valid until the next call, or NULL.
 */
const char *oracle_complaint(struct kunit *test)
{
	struct world *world = test->priv;

	world->asked = true;
	world->complained = false;
	oracle(test);
	world->asked = false;
	if (!world->complained)
		return NULL;
	world->complained = false;
	return world->complaint;
}

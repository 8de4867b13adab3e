// SPDX-License-Identifier: GPL-2.0
/* The view of a case's spaces that a run of the oracle makes and that drawings use. */
#include <linux/mm.h>

#include "check.h"
#include "ptr_map.h"

static struct mapped all_mapped[MAX_MAPPED];
static struct vm_area_struct *all_vmas[MAX_VMAS];
static struct space *all_vma_spaces[MAX_VMAS];
DEFINE_PTR_MAP(known_vmas, MAX_VMAS);

/**
 * view_begin() - begin a view, which makes the one before invalid
 * @view: filled; no space is in it yet
 * @world: the case's
 */
void view_begin(struct view *view, struct world *world)
{
	*view = (struct view) {
		.world = world, .mapped = all_mapped, .vmas = all_vmas,
		.vma_space = all_vma_spaces,
	};
	oracle_swap_begin();
}

static void list_vmas(struct view *view, struct space_view *sv)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, sv->sp->mm, 0);

	sv->vmas = view->vmas + view->nr_vmas;
	rcu_read_lock();
	for_each_vma(vmi, vma) {
		if (view->nr_vmas == MAX_VMAS) {
			wrong(sv->sp, "room", "there are more VMAs than MAX_VMAS, %d", MAX_VMAS);
			break;
		}
		view->vma_space[view->nr_vmas] = sv->sp;
		view->vmas[view->nr_vmas++] = vma;
		sv->nr_vmas++;
	}
	rcu_read_unlock();
}

/**
 * view_space() - add the VMAs and page tables of a space to a view
 * @view: the view
 * @sv: the part of the space, of which @sp is set
 */
void view_space(struct view *view, struct space_view *sv)
{
	list_vmas(view, sv);
	oracle_walk(view, sv);
}

/**
 * view_end() - all spaces are in a view: enter its VMAs for oracle_knows_vma()
 * @view: the view
 */
void view_end(struct view *view)
{
	int i;

	ptr_map_clear(&known_vmas, view->nr_vmas);
	for (i = 0; i < view->nr_vmas; i++)
		if (ptr_map_add(&known_vmas, view->vmas[i], 1) > 1)
			wrong(view->vma_space[i], "vma.twice", "VMA at %lx is in the tree twice",
			      shim_vm_start(view->vmas[i]));
}

/**
 * oracle_knows_vma() - is a pointer to a VMA of the view?
 * @vma: the pointer, which is not followed
 *
 * Context: between view_end() and the next view_begin().
 */
bool oracle_knows_vma(const struct vm_area_struct *vma)
{
	return ptr_map_get(&known_vmas, vma);
}

/**
 * oracle_look() - list the VMAs and entries of a case's spaces, and check nothing
 * @test: the case
 * @sv: filled for each space, valid until the next look or check
 * @room: number of elements of @sv
 *
 * Return: the number of spaces, @room at the most.
 */
int oracle_look(struct kunit *test, struct space_view *sv, int room)
{
	struct world *world = test->priv;
	bool quiet = world->quiet;
	struct space *sp;
	struct view view;
	int nr = 0;

	world->quiet = true;
	view_begin(&view, world);
	list_for_each_entry(sp, &world->spaces, list) {
		if (nr == room)
			break;
		sv[nr] = (struct space_view) { .sp = sp };
		view_space(&view, &sv[nr++]);
	}
	world->quiet = quiet;
	return nr;
}

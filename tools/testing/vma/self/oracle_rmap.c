// SPDX-License-Identifier: GPL-2.0
/* The oracle's own tests: page tables, folios, anon_vmas and files. */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <asm/pgalloc.h>

#include "internal.h"
#include "oracle_self.h"
#include "test.h"

/* page tables */

TEST(oracle, sees_a_writable_entry_of_a_read_only_vma)
{
	struct space *sp = layout(test, "[WW]");
	pte_t *ptep, pte;

	ok(protect(sp, 0, 2, PROT_READ));
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, pte_mkwrite_novma(pte)), set_pte(ptep, pte),
	    "entry at 10001000 is writable, its VMA is not");
}

TEST(oracle, sees_a_writable_zero_page)
{
	struct space *sp = layout(test, "[ww]");
	pte_t *ptep, pte;

	ok(read_page(sp, 1));
	ptep = entry(sp, 1);
	pte = ptep_get(ptep);
	lie(set_pte(ptep, pte_mkwrite_novma(pte)), set_pte(ptep, pte),
	    "entry at 10001000 lets the zero page be written");
}

TEST(oracle, sees_an_entry_outside_of_every_vma)
{
	struct space *sp = layout(test, "[W].[W]");
	pte_t *ptep = entry(sp, 1), pte = ptep_get(entry(sp, 0));

	lie(set_pte(ptep, pte), set_pte(ptep, __pte(0)),
	    "entry at 10001000 is 0x");
}

TEST(oracle, sees_a_page_table_that_nobody_uses)
{
	struct space *sp = layout(test, "[W]");
	long far = 600;
	unsigned long addr = page_addr(far) & PMD_MASK;
	pmd_t *pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(sp->mm, addr), addr), addr), addr);
	pgtable_t table;

	content(test);
	ok(pte_alloc(sp->mm, pmd));
	complains(test, "page table at 10200000 covers no VMA");
	table = pmd_pgtable(*pmd);
	pmd_clear(pmd);
	pte_free(sp->mm, table);
	mm_dec_nr_ptes(sp->mm);
	content(test);
}

/* folios */

TEST(oracle, sees_a_mapcount)
{
	struct folio *folio = folio_of(layout(test, "[WW]"), 0);

	lie(atomic_inc(&shim_folio_mapcount(folio)), atomic_dec(&shim_folio_mapcount(folio)),
	    "mapcount of the folio at 10000000 is 2, expected 1");
}

TEST(oracle, sees_a_reference_too_many)
{
	struct folio *folio = folio_of(layout(test, "[WW]"), 0);

	lie(folio_get(folio), folio_put(folio), "refcount of the folio at 10000000 is ");
}

/* The folio is still on its way to the LRU list and goes there in between. */
TEST(oracle, knows_of_references_by_batches)
{
	struct folio *folio = folio_of(layout(test, "[WW]"), 0);
	int before = folio_ref_count(folio);

	content(test);
	shim_quiesce();
	KUNIT_EXPECT_LT(test, folio_ref_count(folio), before);
	content(test);
}

TEST(oracle, sees_a_shared_page_that_is_exclusive)
{
	struct space *sp = layout(test, "[WW]");
	struct page *page = folio_page(folio_of(sp, 1), 0);

	space_fork(sp);
	lie(SetPageAnonExclusive(page), ClearPageAnonExclusive(page),
	    "AnonExclusive of the page at 10001000 is set, expected clear with 2 entries");
}

TEST(oracle, sees_a_writable_page_that_is_not_exclusive)
{
	struct page *page = folio_page(folio_of(layout(test, "[WW]"), 1), 0);

	lie(ClearPageAnonExclusive(page), SetPageAnonExclusive(page),
	    "AnonExclusive of the page at 10001000 is clear, expected set as it is writable");
}

TEST(oracle, sees_that_rmap_misses_a_place)
{
	struct folio *folio = folio_of(layout(test, "[WW]"), 0);

	lie(shim_folio_index(folio) += 7, shim_folio_index(folio) -= 7,
	    "rmap_walk() misses address 10000000, it finds 0 places, expected 1");
}

TEST(oracle, sees_that_rmap_misses_a_place_of_the_child,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_folio_on_the_anon_vma_of_another_mm"))
{
	struct space *sp = layout(test, "[WW]");
	struct folio *folio = folio_of(sp, 0);
	struct anon_vma *root = shim_anon_vma(vma_of(sp, 0)), *own;
	long by;

	own = shim_anon_vma(vma_of(space_fork(sp), 0));
	KUNIT_ASSERT_PTR_NE(test, root, own);
	by = (void *)own - (void *)root;
	lie(shim_folio_mapping(folio) = (void *)shim_folio_mapping(folio) + by,
	    shim_folio_mapping(folio) = (void *)shim_folio_mapping(folio) - by, "parent: rmap_walk() misses");
}

/*
 * A mapping that the page tables have and no count knows of: the child's entry
 * is marked as one that has no struct page, as a driver's VMA may have.
 */
TEST(oracle, sees_that_rmap_finds_a_place_too_many)
{
	struct space *child = space_fork(layout(test, "[WW]"));
	vm_flags_t *flags = (vm_flags_t *)&shim_vm_flags(vma_of(child, 0));
	struct folio *folio = folio_of(child, 0);
	pte_t *ptep = entry(child, 0), pte = ptep_get(ptep);

	content(test);
	*flags |= VM_MIXEDMAP;
	child->model[0] = MODEL_UNKNOWN;
	set_pte(ptep, pte_mkspecial(pte));
	dec_mm_counter(child->mm, MM_ANONPAGES);
	atomic_dec(&shim_folio_mapcount(folio));
	oracle_hold(test, folio, 1);
	complains(test, "rmap_walk() of the folio at 10000000 finds ");
	oracle_hold(test, folio, -1);
	atomic_inc(&shim_folio_mapcount(folio));
	inc_mm_counter(child->mm, MM_ANONPAGES);
	set_pte(ptep, pte);
	*flags &= ~VM_MIXEDMAP;
	content(test);
}

/* anon_vmas */

static struct anon_vma *anon_vma_of(struct space *sp, long page)
{
	return shim_anon_vma(vma_of(sp, page));
}

static struct anon_vma_chain *first_avc(struct space *sp, long page)
{
	return list_first_entry(&shim_anon_vma_chain(vma_of(sp, page)), struct anon_vma_chain,
				same_vma);
}

TEST(oracle, sees_num_children,
     NOT_LAZY(lie, "lazy_count.oracle_sees_num_children_and_references"))
{
	struct anon_vma *av = anon_vma_of(layout(test, "[WW]"), 0);

	lie(shim_num_children(av)++, shim_num_children(av)--,
	    "num_children of the anon_vma of 10000000 is 2, expected 1");
	lie(shim_num_children(av)--, shim_num_children(av)++,
	    "num_children of the anon_vma of 10000000 is 0, expected 1");
}

TEST(oracle, sees_num_active_vmas, NOT_LAZY(lie, "lazy_count.oracle_sees_num_active_vmas"))
{
	struct anon_vma *av = anon_vma_of(layout(test, "[WW]"), 0);

	lie(shim_num_active_vmas(av)++, shim_num_active_vmas(av)--,
	    "num_active_vmas of the anon_vma of 10000000 is 2, expected 1");
}

TEST(oracle, sees_references_of_anon_vmas,
     NOT_LAZY(lie, "lazy_count.oracle_sees_num_children_and_references"))
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct anon_vma *root = anon_vma_of(parent, 0), *av = anon_vma_of(child, 0);

	lie(atomic_inc(&shim_av_refcount(root)), atomic_dec(&shim_av_refcount(root)),
	    "refcount of the anon_vma of 10000000 is 3, expected 2");
	lie(atomic_inc(&shim_av_refcount(av)), atomic_dec(&shim_av_refcount(av)),
	    "refcount of the anon_vma of 10000000 is 2, expected 1");
}

TEST(oracle, sees_the_parent_of_an_anon_vma,
     NOT_LAZY(lie, "lazy_count.oracle_sees_num_children_and_references"))
{
	struct space *parent = layout(test, "[WW]"), *child = space_fork(parent);
	struct anon_vma *root = anon_vma_of(parent, 0), *av = anon_vma_of(child, 0);

	lie(shim_av_parent(av) = av, shim_av_parent(av) = root, "num_children of the anon_vma of ");
}

TEST(oracle, sees_a_chain_entry_missing_in_the_tree,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_link_that_is_not_in_the_tree"))
{
	struct space *sp = layout(test, "[WW].[WW]");
	struct anon_vma_chain *avc = first_avc(sp, 0);

	lie(shim_anon_tree_remove(avc, avc->anon_vma), shim_anon_tree_insert(avc, avc->anon_vma),
	    "the tree of the anon_vma of 10000000 has 0 entries, expected 1");
}

TEST(oracle, sees_a_chain_entry_in_a_foreign_tree,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_link_that_is_not_in_the_tree"))
{
	struct space *sp = layout(test, "[WW]");
	struct anon_vma_chain *avc = first_avc(sp, 0);
	struct anon_vma *other;

	ok(map(sp, 600, 1, RW));
	ok(write_page(sp, 600, 'x'));
	other = anon_vma_of(sp, 600);
	KUNIT_ASSERT_PTR_NE(test, other, avc->anon_vma);
	lie((shim_anon_tree_remove(avc, avc->anon_vma), shim_anon_tree_insert(avc, other)),
	    (shim_anon_tree_remove(avc, other), shim_anon_tree_insert(avc, avc->anon_vma)),
	    "the tree of the anon_vma of ");
	lie(avc->anon_vma = other,
	    avc->anon_vma = anon_vma_of(sp, 0), "is chained to root");
}

TEST(oracle, sees_a_missing_chain_entry,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_moved_vma_without_its_link"))
{
	struct space *sp = layout(test, "[WW]"), *child = space_fork(sp);
	struct vm_area_struct *vma = vma_of(child, 0);
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (avc->anon_vma == shim_anon_vma(vma))
			break;
	lie(list_del(&avc->same_vma), list_add(&avc->same_vma, &shim_anon_vma_chain(vma)),
	    "VMA at 10000000 has no chain entry of its anon_vma");
}

TEST(oracle, sees_two_chain_entries_of_one_anon_vma,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_link_that_is_not_in_the_tree"))
{
	struct space *sp = layout(test, "[WW]");
	struct anon_vma_chain *avc = first_avc(sp, 0), twin = *avc;

	lie(list_add(&twin.same_vma, &avc->same_vma), list_del(&twin.same_vma),
	    "VMA at 10000000 has two chain entries of one anon_vma");
}

TEST(oracle, sees_whose_a_chain_entry_is,
     NOT_LAZY(lie, "lazy_count.oracle_sees_whose_the_shared_one_is"))
{
	struct space *sp = layout(test, "[WW]");
	struct anon_vma_chain *avc = first_avc(sp, 0);

	lie(avc->vma = NULL, avc->vma = vma_of(sp, 0),
	    "VMA at 10000000 has in its chain an entry of VMA ");
}

TEST(oracle, sees_a_vma_that_is_gone_in_the_tree,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_link_that_is_not_in_the_tree"))
{
	struct space *sp = layout(test, "[WW]");
	struct anon_vma *av = anon_vma_of(sp, 0);
	struct vm_area_struct gone = *vma_of(sp, 0);
	struct anon_vma_chain avc = { .vma = &gone, .anon_vma = av };

	lie(shim_anon_tree_insert(&avc, av), shim_anon_tree_remove(&avc, av),
	    "the tree of the anon_vma of 10000000 has an entry of a VMA that is gone");
}

/* The root of [W][R][WW]'s tree moves before all others, whose last is behind it. */
TEST(oracle, sees_stale_maxima_and_disorder_in_the_tree,
     NOT_LAZY(lie, "lazy_count.oracle_sees_a_link_that_is_not_in_the_tree"))
{
	struct space *sp = layout(test, "[WWWW]");
	struct anon_vma_chain *avc;

	ok(protect(sp, 1, 1, PROT_READ));
	avc = rb_entry(shim_av_tree(anon_vma_of(sp, 0)).rb_root.rb_node, struct anon_vma_chain, rb);
	KUNIT_ASSERT_NOT_NULL(test, avc->rb.rb_right);
	lie(avc->rb_subtree_last++, avc->rb_subtree_last--, "rb_subtree_last of VMA at ");
	lie(shim_move_anon_pgoff(avc->vma, -9), shim_move_anon_pgoff(avc->vma, 9),
	    "is out of order in its anon_vma's tree");
}

/* [WW][RR] after a split, so both have the child's two entries. */
TEST(oracle, sees_unequal_chains_of_one_anon_vma,
     NOT_LAZY(lie, "lazy_fork.child_does_not_merge_what_has_other_relatives"))
{
	struct space *child = space_fork(layout(test, "[WWWW]"));
	struct vm_area_struct *vma;
	struct anon_vma_chain *avc;

	ok(protect(child, 2, 2, PROT_READ));
	ok(protect(child, 2, 2, PROT_NONE));
	vma = vma_of(child, 2);
	KUNIT_ASSERT_PTR_EQ(test, shim_anon_vma(vma), anon_vma_of(child, 0));
	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (avc->anon_vma != shim_anon_vma(vma))
			break;
	lie(list_del(&avc->same_vma), list_add_tail(&avc->same_vma, &shim_anon_vma_chain(vma)),
	    "VMAs at 10000000 and 10002000 share an anon_vma");
	vma = vma_of(child, 0);
	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (avc->anon_vma != shim_anon_vma(vma))
			break;
	lie(list_del(&avc->same_vma), list_add_tail(&avc->same_vma, &shim_anon_vma_chain(vma)),
	    "VMAs at 10000000 and 10002000 share an anon_vma, with chains of 1 and 2");
}

/* files */

/* {ww}(ww), pages 0 to 3 of one file. */
static struct space *with_file(struct kunit *test, struct file **file)
{
	struct space *sp = space_new(test);

	*file = shim_file_create(4);
	ok(map_file(sp, 0, 2, RW, MAP_SHARED, *file, 0));
	ok(map_file(sp, 2, 2, RW, MAP_PRIVATE, *file, 2));
	shim_file_put(*file);
	return sp;
}

TEST(oracle, sees_references_of_files)
{
	struct file *file;

	with_file(test, &file);
	lie(get_file(file), fput(file), "file_count of a file is 3, expected 2");
	lie(atomic_inc(&file_inode(file)->i_count), atomic_dec(&file_inode(file)->i_count),
	    "i_count of a file is 2, expected 1");
}

TEST(oracle, sees_i_mmap_writable)
{
	struct file *file;

	with_file(test, &file);
	lie(atomic_inc(&file->f_mapping->i_mmap_writable),
	    atomic_dec(&file->f_mapping->i_mmap_writable),
	    "i_mmap_writable of a file is 2, expected 1");
}

TEST(oracle, sees_i_mmap)
{
	struct file *file;
	struct space *sp = with_file(test, &file);
	struct address_space *mapping = file->f_mapping;
	struct vm_area_struct *vma = vma_of(sp, 2), gone = *vma;

	lie(shim_file_tree_remove(vma, mapping), shim_file_tree_insert(vma, mapping),
	    "i_mmap of a file has 1 VMAs, expected 2");
	lie(shim_file_tree_insert(&gone, mapping), shim_file_tree_remove(&gone, mapping),
	    "i_mmap has a VMA that is gone");
	lie(shim_vm_shared(vma).rb_subtree_last += 9, shim_vm_shared(vma).rb_subtree_last -= 9,
	    "rb_subtree_last of the VMA at 10002000 in i_mmap is ");
}

/* As with anon_vmas: three VMAs, of which the tree's root moves to the front. */
TEST(oracle, sees_disorder_in_i_mmap)
{
	struct space *sp = space_new(test);
	struct file *file = shim_file_create(16);
	struct vm_area_struct *vma;

	ok(map_file(sp, 0, 4, RW, MAP_SHARED, file, 10));
	ok(protect(sp, 1, 1, PROT_READ));
	shim_file_put(file);
	vma = rb_entry(file->f_mapping->i_mmap.rb_root.rb_node, struct vm_area_struct, shared.rb);
	KUNIT_ASSERT_NOT_NULL(test, shim_vm_shared(vma).rb.rb_right);
	lie(shim_vm_pgoff(vma) -= 9, shim_vm_pgoff(vma) += 9, "is out of order in i_mmap");
}

TEST(oracle, sees_a_foreign_vma_in_i_mmap)
{
	struct file *file, *other;
	struct space *sp = with_file(test, &file);
	struct vm_area_struct *vma;

	other = shim_file_create(1);
	ok(map_file(sp, 9, 1, RW, MAP_PRIVATE, other, 0));
	shim_file_put(other);
	vma = vma_of(sp, 9);
	lie((shim_file_tree_remove(vma, other->f_mapping),
	     shim_file_tree_insert(vma, file->f_mapping)),
	    (shim_file_tree_remove(vma, file->f_mapping),
	     shim_file_tree_insert(vma, other->f_mapping)),
	    "i_mmap has the VMA at 10009000, which does not map the file");
}

TEST(oracle, sees_an_i_mmap_lock)
{
	struct file *file;

	with_file(test, &file);
	lie(i_mmap_lock_write(file->f_mapping), i_mmap_unlock_write(file->f_mapping),
	    "i_mmap_rwsem of a file is left locked");
}

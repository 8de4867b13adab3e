/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle, which checks every address space of a case, and the functions that
 * look at one. It calls none of the other rooms of lib/.
 */
#ifndef VMA_ORACLE_H
#define VMA_ORACLE_H

#include <linux/rmap.h>

#include <shim/compat.h>
#include <shim/machine.h>

#include "world.h"

/* the oracle (oracle.c, complaint.c) */
const char *oracle_complaint(struct kunit *test);
void oracle_pause(struct kunit *test);
void oracle_resume(struct kunit *test);
bool oracle_quiet(struct world *world);
void oracle_hold(struct kunit *test, const void *object, int refs);
long oracle_file_charges(void);
s64 charged(void);

/* the object of oracle_hold() for a reference by mmgrab(), where mmget() is of the mm itself */
static inline const void *grabbed(struct mm_struct *mm)
{
	return &shim_mm_mt(mm);
}

/* looking at a space (look.c) */
struct vm_area_struct *vma_of(struct space *sp, long page);
struct page *frame_of(struct space *sp, long page);
pte_t pte_at(struct space *sp, long page);
struct folio *folio_of(struct space *sp, long page);
struct folio *folio_in_cache(struct file *file, pgoff_t index);
bool has_moved(struct vm_area_struct *vma);
bool was_write_locked(struct space *sp, long page);
bool is_lazy(struct vm_area_struct *vma);

/* userfaultfd (oracle_uffd.c) */
bool uffd_protects(pte_t pte);

/* asking the reverse map (oracle_rmap.c) */
struct place {
	struct mm_struct *mm;
	unsigned long addr;
};
int rmap_places(struct folio *folio, struct place *places, int room);

#endif /* VMA_ORACLE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The oracle's files to each other; the tests call oracle() and see test.h. */
#ifndef VMA_ORACLE_H
#define VMA_ORACLE_H

#include "test.h"

/* One present page table entry of any space of the case. */
struct mapped {
	struct folio *folio;
	struct page *page;
	struct space *sp;
	struct vm_area_struct *vma;
	unsigned long addr;
};

/* Fails the case once, with the drawing of the space; the oracle rests then. */
#define wrong(sp, fmt, ...) do {					\
	((struct world *)(sp)->test->priv)->quiet = true;		\
	KUNIT_FAIL((sp)->test, "oracle: " fmt "; %s is %s",		\
		   ##__VA_ARGS__, (sp)->name, layout_of(sp));		\
} while (0)

void oracle_folios(struct world *world, struct mapped *all, int nr);
void oracle_anon_vmas(struct world *world);

#endif /* VMA_ORACLE_H */

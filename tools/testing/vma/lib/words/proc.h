/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of /proc/PID: maps, smaps, smaps_rollup, pagemap and clear_refs, with the ioctls
 * PROCMAP_QUERY and PAGEMAP_SCAN. All want CONFIG_PROC_PAGE_MONITOR.
 */
#ifndef VMA_PROC_H
#define VMA_PROC_H

#include <uapi/linux/fs.h>

#include <shim/files.h>

#include "words.h"

/* what the cases need */
#define PROC		NEEDS(CONFIG_PROC_PAGE_MONITOR)
#define PROC_AND(...)	NEEDS(CONFIG_PROC_PAGE_MONITOR, __VA_ARGS__)

/* bits of pagemap, which the tree has for itself */
#define PAGEMAP_SOFT_DIRTY	BIT_ULL(55)
#define PAGEMAP_EXCLUSIVE	BIT_ULL(56)
#define PAGEMAP_UFFD_WP		BIT_ULL(57)
#define PAGEMAP_GUARD		BIT_ULL(58)
#define PAGEMAP_FILE		BIT_ULL(61)
#define PAGEMAP_SWAP		BIT_ULL(62)
#define PAGEMAP_PRESENT		BIT_ULL(63)
#define PAGEMAP_PFN		(BIT_ULL(55) - 1)

/**
 * struct maps_line - a line of maps, with pages counted from SPACE_BASE
 * @start: first page
 * @end: the page behind the last one
 * @rights: "rw-p"
 * @name: the rest, empty for a mapping without a name
 */
struct maps_line {
	long start, end;
	char rights[5];
	char name[64];
};

#define SCAN_REGIONS	16	/* that pagemap_scan() can bring home */

void map_written_file(struct space *sp, long page);
struct file *proc_open(struct space *sp, enum shim_proc_name name);
void proc_close(struct space *sp, struct file *file);
const char *proc_text(struct space *sp, enum shim_proc_name name);
bool maps_next(const char **text, struct maps_line *line);
const char *maps_of(struct space *sp);
long smaps_kb(struct space *sp, long page, const char *field);
long rollup_kb(struct space *sp, const char *field);
long status_kb(struct space *sp, const char *field);
unsigned long statm_pages(struct space *sp);
u64 pagemap_at(struct space *sp, long page);
int write_clear_refs(struct space *sp, const char *what);
long maps_query(struct space *sp, long page, u64 flags, struct procmap_query *q);
long maps_query_build_id(struct space *sp, long page, u32 room, struct procmap_query *q);
long pagemap_scan(struct space *sp, struct pm_scan_arg *arg, struct page_region *regions);

/* what maps shows, in the letters of layouts, of which none are upper case */
#define expect_maps(sp, text)	KUNIT_ASSERT_STREQ(test, maps_of(sp), text)

#endif /* VMA_PROC_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A case's processes as the library knows them: the address spaces under test, the
 * model of their contents, and the state of the case.
 */
#ifndef VMA_WORLD_H
#define VMA_WORLD_H

#include <kunit/test.h>
#include <linux/list.h>
#include <linux/mm.h>

#define SPACE_BASE	0x10000000UL
#define SPACE_PAGES	2048
#define HUGE_NR		(1L << (PMD_SHIFT - PAGE_SHIFT))

/* What a page must hold, as far as the model knows. */
#define MODEL_UNKNOWN	0xffff

/**
 * struct space - an address space under test and the model of its contents
 * @mm: the real one
 * @test: the case that it belongs to
 * @list: in the order of creation
 * @name: "parent" for the first, then "child", "child2", ...
 * @model: the byte that fills each page, or MODEL_UNKNOWN
 * @odd_offsets: a VMA lost its anon_vma after it had moved, so the anonymous page
 *	offset of an unfaulted one need not be its address
 * @account: pages that its VMAs have charged, as the oracle counted
 */
struct space {
	struct mm_struct *mm;
	struct kunit *test;
	struct list_head list;
	char name[16];
	u16 model[SPACE_PAGES];
	bool odd_offsets;
	long account;
};

#define MAX_HELD	16

struct held {
	const void *object;
	int refs;
};

/**
 * struct world - what a case has made, kept in kunit's test->priv
 * @spaces: all living spaces
 * @dead: those that have exited
 * @nr_spaces: how many there ever were
 * @quiet: the oracle does not run, because the case holds locks or has threads
 * @complained: the oracle has found something and rests
 * @complaint: what it has found
 * @complaint_of: the space that it is about
 * @uffds: open contexts of userfaultfd
 * @held: references that the case itself has
 * @setup: a layout is made, which a failure sweep leaves alone
 * @in_flight: migrations between their halves, which it leaves alone too
 * @ended: a sweep has ended the case early
 * @op: the operation that runs or ran last, a system call or the kernel's own work
 * @op_page: where it began, if it is mremap()
 * @op_nr: over how many pages
 * @op_to: where they should go
 * @nr_ops: how many have been judged
 * @pictured: what fails was drawn as text
 * @graphed: and as a graph
 */
struct world {
	struct list_head spaces;
	struct list_head dead;
	unsigned int nr_spaces;
	bool quiet;
	bool complained;
	char complaint[256];
	struct space *complaint_of;
	struct list_head uffds;
	struct held held[MAX_HELD];
	bool setup;
	int in_flight;
	bool ended;
	const char *op;
	long op_page, op_nr, op_to;
	unsigned int nr_ops;
	bool pictured, graphed;
};

/**
 * struct open_uffd - an open context of userfaultfd, as the oracle knows it
 * @list: in the world's @uffds
 * @sp: the space that has opened it, or the child that it came to be of
 * @file: its file
 */
struct open_uffd {
	struct list_head list;
	struct space *sp;
	struct file *file;
};

static inline unsigned long page_addr(long page)
{
	return SPACE_BASE + page * PAGE_SIZE;
}

#endif /* VMA_WORLD_H */

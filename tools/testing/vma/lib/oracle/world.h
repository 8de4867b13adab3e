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
#define HUGE_ORDER	ilog2(HUGE_NR)

/* The content of a page that the model does not know. */
#define MODEL_UNKNOWN	0xffff

/**
 * struct space - an address space under test and the model of its contents
 * @mm: the kernel's address space, NULL when it has ended
 * @test: the case that it belongs to
 * @list: in @spaces of the case, in the order of creation, or in @dead
 * @name: "parent" for the first, then "child", "child2", ...
 * @model: for each page the byte that is its first and last, or MODEL_UNKNOWN
 * @odd_offsets: a VMA lost its anon_vma after it had moved, so the anonymous page
 *	offset of an unfaulted one need not be its address
 * @account: pages that its VMAs have charged (VM_ACCOUNT), by the oracle's last count
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

/**
 * struct held - references that the case itself has
 * @object: the folio, file, anon_vma or mm, or grabbed(mm)
 * @refs: number of references
 */
struct held {
	const void *object;
	int refs;
};

/**
 * struct world - the state of a case, in kunit's test->priv
 * @spaces: spaces that have an mm
 * @dead: spaces that have exited
 * @nr_spaces: number of spaces that were made, those of @dead included
 * @quiet: the oracle does not run, see oracle_pause()
 * @complained: the oracle has found something wrong, and runs no more
 * @complaint: the text of it
 * @complaint_of: the space that it is about
 * @rule: the rule of docs/oracle.md that is broken
 * @uffds: open contexts of userfaultfd
 * @held: references that the case itself has, see oracle_hold()
 * @setup: a layout is made, in which a failure sweep lets no allocation fail
 * @in_flight: migrations between their halves, in which it lets none fail either
 * @ended: a failure sweep has ended the case early
 * @op: name of the operation that runs or ran last: a system call, or work of the kernel
 * @op_space: the space of the program that makes it, NULL for work of the kernel
 * @op_page: first page of it, if it is mremap()
 * @op_nr: number of its pages, if it is mmap() or mremap()
 * @op_to: first page of its destination, if it is mremap()
 * @nr_ops: number of operations that a failure sweep has judged
 * @pictured: a picture was printed, see picture()
 * @graphed: a graph was written, see graph()
 */
struct world {
	struct list_head spaces;
	struct list_head dead;
	unsigned int nr_spaces;
	bool quiet;
	bool complained;
	char complaint[256];
	struct space *complaint_of;
	const char *rule;
	struct list_head uffds;
	struct held held[MAX_HELD];
	bool setup;
	int in_flight;
	bool ended;
	const char *op;
	struct space *op_space;
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

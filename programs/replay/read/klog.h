/* SPDX-License-Identifier: GPL-2.0 */
/* What a kernel log tells of address spaces. */
#ifndef REPLAY_KLOG_H
#define REPLAY_KLOG_H

#include "reader.h"

/**
 * struct klog_vma - a VMA that dump_vma() has printed, or that a dumped tree has
 * @line: where it was printed last
 * @at: its address, by which it is known
 * @start: first address
 * @end: behind the last
 * @mm: the address of its mm_struct, or a number below 4096 for a tree of no known one
 * @anon_vma: the address of that, or 0
 * @nr_anon_vma: its number among those of the log, from 0, once all is read
 * @file: the address of that, or 0
 * @pgoff: page offset of its start
 * @flags: vm_flags
 * @names: of the flags, with | between them
 * @dumped: by dump_vma(); if not, the tree has told its range, and no more is known
 * @tree_start: its first address in the tree, with @in_tree
 * @tree_end: behind its last one there
 * @in_tree: a dumped tree has it
 */
struct klog_vma {
	unsigned int line, nr_anon_vma;
	unsigned long at, start, end, mm, anon_vma, file, pgoff, flags;
	char names[256];
	bool dumped, in_tree;
	unsigned long tree_start, tree_end;
};

/**
 * struct klog_mm - an mm_struct that dump_mm() has printed
 * @at: its address
 * @map_count: of it
 */
struct klog_mm {
	unsigned long at;
	long map_count;
};

#define PAGE		4096UL
#define KLOG_EVENTS	8
#define KLOG_MMS	32

enum klog_role { KLOG_PREV, KLOG_MIDDLE, KLOG_NEXT, KLOG_TARGET, KLOG_ROLES };

/**
 * struct klog - what was read
 * @vmas: by address space and address, once all is read
 * @nr: how many
 * @room: how many there is room for
 * @mms: those of dump_mm()
 * @nr_mms: how many
 * @events: the first warnings and bugs, a line of text each
 * @nr_events: how many
 * @begun: @now is set
 * @role: addresses of the VMAs of the last dump_vmg(), or 0
 * @trees: trees of no known mm_struct
 * @now: the VMA, mm and tree that the next lines are about; -1, -1 and 0 for none
 */
struct klog {
	struct klog_vma *vmas;
	unsigned int nr, room;
	struct klog_mm mms[KLOG_MMS];
	unsigned int nr_mms;
	char events[KLOG_EVENTS][160];
	unsigned int nr_events;
	bool begun;
	unsigned long role[KLOG_ROLES], trees;
	struct {
		int vma, mm;
		unsigned long tree;
	} now;
};

extern const char *const klog_roles[KLOG_ROLES];

/* klog.c */
extern const struct format klog_format;

/* klog_draw.c */
bool klog_has(const struct klog_vma *v, const char *name, size_t len);
char *klog_draw(struct klog *k);

#endif /* REPLAY_KLOG_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Three neighbours of three pages each, in every state of the anonymous rmap
 * that matters to merging. A scene is written as three letters, for prev, middle
 * and next:
 *
 *	.   not mapped
 *	u   unfaulted
 *	f   faulted, with an anon_vma that no neighbour has
 *	s   faulted, and those written s share one anon_vma
 *	k   as f, and inherited over a fork
 *	t   as s, and inherited over a fork
 */
#ifndef VMA_SCENE_H
#define VMA_SCENE_H

#include "words.h"

enum { PREV, MIDDLE, NEXT, SIDES };
#define SIDE_PAGES	3
#define HAS_SIDE(mask, side)	(!!((mask) & BIT(side)))
#define SCENE_PAGES	(SIDES * SIDE_PAGES)

/**
 * struct scene - a scene as it was built
 * @sp: the space; a child if any side is inherited
 * @parent: the parent of the child, or NULL
 * @file: the file that is mapped, or NULL
 * @sides: the letters
 * @vma: the VMA of each side, or NULL
 * @anon_vma: the anon_vma of each side, or NULL
 */
struct scene {
	struct space *sp, *parent;
	struct file *file;
	char sides[SIDES + 1];
	struct vm_area_struct *vma[SIDES];
	struct anon_vma *anon_vma[SIDES];
};

/* The first page of a side. */
static inline long side_page(int side)
{
	return side * SIDE_PAGES;
}

/**
 * struct outcome - the VMAs after a range of the middle had the chance to merge
 * @page: first page of the range
 * @left: the range merges into prev
 * @right: the range merges into next, or next into prev with it
 * @cuts: boundaries of VMAs, as of scene_cut()
 * @anon_vma: anon_vma that the range had before, or NULL
 */
struct outcome {
	long page;
	bool left, right;
	unsigned long cuts;
	struct anon_vma *anon_vma;
};

/**
 * struct change - a difference of the middle, and the system call that removes it
 * @name: name of the system call
 * @begin: makes the difference, instead of VM_DONTDUMP; NULL if it is VM_DONTDUMP
 * @end: removes the difference of a part of the middle, or all of it
 */
struct change {
	const char *name;
	int (*begin)(struct space *sp);
	int (*end)(struct space *sp, long page, long nr);
};

/* (change.c) */
extern const struct change by_madvise, by_mprotect, by_name, by_munlock, by_mseal;

/* (scene.c) */
bool scene_next(char *sides, const char *middles);
void scene_build(struct scene *s, struct kunit *test, const char *sides, struct file *file);
void scene_end(struct scene *s);
bool sides_join(char side, char other);
bool scene_one_anon_vma(char a, char b);
struct outcome scene_outcome(const char *sides, char side, long page, long nr);
const char *scene_cut(struct scene *s, unsigned long cuts);
bool scene_is(struct scene *s, unsigned long cuts, const char *what);
void scene_became(struct scene *s, const struct outcome *o, const char *what);
void scene_use(struct scene *s);

#endif /* VMA_SCENE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Drawings of a case's address spaces: the layout as a line of text, a picture, a graph. */
#ifndef VMA_DRAW_H
#define VMA_DRAW_H

#include "oracle.h"

/* a space as a line of text (layout.c) */
#define LAYOUT_WORD	4
#define LAYOUT_ROOM	(3 * SPACE_PAGES + LAYOUT_WORD + 1)	/* a bracket on each side of each page */
void draw_layout(struct space *sp, char *text, char *below,
		 void (*word)(struct vm_area_struct *vma, char *to));
char *draw_vma(struct space *sp, struct vm_area_struct *vma, char *text);
const char *layout_of(struct space *sp);

/* the state before an operation, kept until it fails (draw.c) */
void draw_begin(struct kunit *test, const char *args, va_list list) __printf(2, 0);
void draw_returned(long ret);
void draw_done(struct kunit *test);

/* pictures of what fails (picture.c, graph.c) */
void picture(struct kunit *test, struct space *sp, const char *want);
const char *layout_beside(struct space *sp, const char *want);
void graph(struct kunit *test);
void graph_end(struct kunit *test, bool failed);

#endif /* VMA_DRAW_H */

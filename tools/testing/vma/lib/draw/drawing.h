/* SPDX-License-Identifier: GPL-2.0 */
/* The files of pictures and graphs to each other; others include draw.h. */
#ifndef VMA_DRAWING_H
#define VMA_DRAWING_H

#include "draw.h"

/* letter.c */
void letters_begin(void);
char anon_letter(const struct anon_vma *anon_vma);

/* picture.c */
void picture_begin(struct kunit *test, const char *args, va_list list) __printf(2, 0);
void picture_returned(long ret);
void picture_before(void);

/* graph.c */
void graph_begin(struct kunit *test);
void graph_before(void);

#endif /* VMA_DRAWING_H */

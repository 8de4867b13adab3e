/* SPDX-License-Identifier: GPL-2.0 */
/* From a run to a test: fewer calls, pages that are counted, text in C. */
#ifndef REPLAY_WRITE_H
#define REPLAY_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include <waist/replay.h>

/**
 * struct calls - what a run has done
 * @call: each
 * @nr: how many
 * @nr_files: files that are mapped; the one of this number stands for those of execve()
 * @nr_procs: processes and threads
 * @mode: 0 eager, 1 lazy
 * @reason: why it failed, or NULL if it did not
 * @want: the result that the last call must have, where that is the reason
 * @until: what must hold after the last call, where that is the reason; or NULL
 * @layouts: of the address spaces that are left, a line "PROCESS LAYOUT" each
 */
struct calls {
	struct replay_call *call;
	unsigned int nr, nr_files, nr_procs, mode;
	const char *reason, *layouts;
	long want;
	int (*until)(const struct replay_sample *s);
};

/* window.c */
void window(struct calls *c, unsigned int first, unsigned int last);

/* shrink.c */
void shrink_calls(struct calls *c, bool (*fails)(const struct calls *c));

/* pages.c */
bool to_pages(struct calls *c, bool keep_sizes);
long page_of(unsigned long addr);

/* text.c */
const char *prot_in_c(unsigned long prot);
const char *map_flags_in_c(unsigned long flags);
const char *mremap_flags_in_c(unsigned long flags);
const char *advice_in_c(unsigned long advice);
const char *error_in_c(long ret);
void owners(const struct calls *c, unsigned int at, unsigned int *owner);

/* case.c */
void write_case(FILE *to, const char *name, const struct calls *c);

/* program.c */
void write_program(FILE *to, const char *name, const struct calls *c);

#endif /* REPLAY_WRITE_H */

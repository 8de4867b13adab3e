/* SPDX-License-Identifier: GPL-2.0 */
/* What the operations of a sequence share: their bytes, and a call with what it has to return. */
#ifndef VMA_FUZZ_OPS_H
#define VMA_FUZZ_OPS_H

#include "fuzz.h"

/* How many rights and advices are chosen from */
#define NR_PROTS	7
#define NR_ADVICES	20

/**
 * struct args - an operation, decoded
 * @op: its bytes
 * @page: the first page
 * @nr: pages
 * @name: of the address space
 * @word: of the vocabulary
 */
struct args {
	const struct fuzz_op *op;
	long page, nr;
	const char *name, *word;
};

/* call.c */
long fuzz_page(unsigned int byte);
long fuzz_nr(const struct fuzz_op *op, unsigned int byte, long page);
void begin_failing(struct fuzz *f, struct fspace *s);
void end_failing(struct fuzz *f);
void done(struct fuzz *f, struct fspace *s, const struct args *a, long want, long ret);

/*
 * Print a call, which begins with its format, as C if that is wanted; make it, with an
 * allocation that fails if one has to; compare its result with the model's, and the rest too.
 */
#define CALL(want, call, ...) ({					\
	long __want = (want), __ret;					\
	say_call(f, s, __want, __VA_ARGS__);				\
	begin_failing(f, s);						\
	__ret = (call);							\
	end_failing(f);							\
	done(f, s, a, __want, __ret);					\
	f->failing = false;						\
	__ret;								\
})

/* calls on mappings, accesses, processes (ops_calls.c) */
void op_map(struct fuzz *f, struct fspace *s, const struct args *a);
void op_map_file(struct fuzz *f, struct fspace *s, const struct args *a);
void op_unmap(struct fuzz *f, struct fspace *s, const struct args *a);
void op_protect(struct fuzz *f, struct fspace *s, const struct args *a);
void op_move(struct fuzz *f, struct fspace *s, const struct args *a);
void op_resize(struct fuzz *f, struct fspace *s, const struct args *a);
void op_advise(struct fuzz *f, struct fspace *s, const struct args *a);
void op_lock(struct fuzz *f, struct fspace *s, const struct args *a);
void op_unlock(struct fuzz *f, struct fspace *s, const struct args *a);
void op_brk(struct fuzz *f, struct fspace *s, const struct args *a);
void op_write(struct fuzz *f, struct fspace *s, const struct args *a);
void op_read(struct fuzz *f, struct fspace *s, const struct args *a);
void op_fork(struct fuzz *f, struct fspace *s, const struct args *a);
void op_exit(struct fuzz *f, struct fspace *s, const struct args *a);
void op_map_large(struct fuzz *f, struct fspace *s, const struct args *a);
void op_guard(struct fuzz *f, struct fspace *s, const struct args *a);
void op_seal(struct fuzz *f, struct fspace *s, const struct args *a);
void op_name(struct fuzz *f, struct fspace *s, const struct args *a);
void op_clean(struct fuzz *f, struct fspace *s, const struct args *a);

/* work of the kernel on pages, files (ops_pages.c) */
void op_migrate(struct fuzz *f, struct fspace *s, const struct args *a);
void op_swap_on(struct fuzz *f, struct fspace *s, const struct args *a);
void op_reclaim(struct fuzz *f, struct fspace *s, const struct args *a);
void op_ksm(struct fuzz *f, struct fspace *s, const struct args *a);
void op_split(struct fuzz *f, struct fspace *s, const struct args *a);
void op_lazy(struct fuzz *f, struct fspace *s, const struct args *a);
void op_swap_off(struct fuzz *f, struct fspace *s, const struct args *a);
void op_hold(struct fuzz *f, struct fspace *s, const struct args *a);
void op_order(struct fuzz *f, struct fspace *s, const struct args *a);
void op_khugepaged(struct fuzz *f, struct fspace *s, const struct args *a);
void op_truncate(struct fuzz *f, struct fspace *s, const struct args *a);
void op_age(struct fuzz *f, struct fspace *s, const struct args *a);

/* userfaultfd (ops_uffd.c) */
void op_uffd(struct fuzz *f, struct fspace *s, const struct args *a);
void op_watch(struct fuzz *f, struct fspace *s, const struct args *a);
void op_fill(struct fuzz *f, struct fspace *s, const struct args *a);
void op_take(struct fuzz *f, struct fspace *s, const struct args *a);

#endif /* VMA_FUZZ_OPS_H */

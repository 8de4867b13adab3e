/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FUZZ_FUZZER_H
#define FUZZ_FUZZER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <waist/fuzz.h>

#include "options.h"
#include "usage.h"
#include "util.h"

/**
 * struct sequence - operations
 * @ops: them
 * @nr: how many
 */
struct sequence {
	struct fuzz_op *ops;
	unsigned int nr;
};

/**
 * struct failure - a sequence that failed
 * @seq: it
 * @reason: a line, empty if it passed
 * @log: what was logged, or NULL
 * @at: the operation that ran
 */
struct failure {
	struct sequence seq;
	char reason[FUZZ_REASON];
	char *log;
	unsigned int at;
};

/* fuzz.c */
int fuzz(const struct options *opt);
int fuzz_files(const struct options *opt);

/* generate.c */
struct random { uint64_t state; };
uint32_t random_below(struct random *r, uint32_t n);
struct random random_of(uint64_t seed, uint64_t nr);
struct sequence generate(const struct options *opt, unsigned long nr);
unsigned int mutate(struct random *r, struct fuzz_op *ops, unsigned int nr, unsigned int room);
struct sequence sequence_copy(const struct fuzz_op *ops, unsigned int nr);
void generator_begin(void);

/* corpus.c */
void corpus_load(const char *dir);
void corpus_add(struct sequence seq, const char *dir);
unsigned int corpus_size(void);
const struct sequence *corpus_entry(unsigned int i);
struct sequence sequence_read(const char *path);
void sequence_write(const struct sequence *seq, const char *path);
uint64_t sequence_hash(const struct sequence *seq);

/* run.c */
extern struct fuzz_run *shared;
void run_begin(const struct options *opt);
bool run_alone(const struct options *opt, const struct sequence *seq, bool print,
	       struct failure *failure);
unsigned long run_batch(const struct options *opt, unsigned long first, unsigned long nr,
			struct failure *failure);

/* shrink.c */
void shrink(const struct options *opt, struct failure *failure);

/* case.c */
void print_case(FILE *to, const char *name, const struct failure *failure);

#endif /* FUZZ_FUZZER_H */

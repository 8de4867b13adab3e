/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FUZZ_OPTIONS_H
#define FUZZ_OPTIONS_H

#include <stdbool.h>

#include <shim/cases.h>

/**
 * struct options - the command line
 * @seed: of the sequences
 * @steps: operations in all, 0 for no limit
 * @seconds: for so long, 0 for no limit
 * @length: operations of a sequence, at the most
 * @every: the whole oracle after so many operations
 * @timeout: seconds for a sequence
 * @corpus: directory of sequences, or NULL
 * @shrink: make what fails shorter
 * @keep_going: look for more than one failure
 * @quiet: no progress
 * @mode: 0 eager, 1 lazy
 * @files: sequences to run instead
 * @nr_files: how many
 * @print: print them as cases and do no more
 */
struct options {
	struct shim_options shim;
	unsigned long steps, seconds;
	unsigned int length, every, timeout;
	const char *corpus;
	bool shrink, keep_going, quiet, print;
	unsigned int mode;
	char **files;
	int nr_files;
};

void options_parse(struct options *opt, int argc, char **argv);

#endif /* FUZZ_OPTIONS_H */

// SPDX-License-Identifier: GPL-2.0
/* vma_fuzz: random sequences of operations against a model, see docs/fuzzing.md. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "fuzzer.h"

/**
 * main() - fuzz
 * @argc: number of arguments
 * @argv: the arguments, see options.c
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	struct options opt;
	int code;

	options_parse(&opt, argc, argv);
	run_begin(&opt);
	shim_boot(&opt.shim);
	generator_begin();
	if (opt.corpus)
		corpus_load(opt.corpus);
	code = opt.nr_files ? fuzz_files(&opt) : fuzz(&opt);
	if (fflush(stdout) || ferror(stdout))
		die("cannot write to stdout: %s", strerror(errno));
	return code;
}

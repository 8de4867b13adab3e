// SPDX-License-Identifier: GPL-2.0
/*
 * vma_fuzz for libFuzzer and for AFL++ with its driver of the same entry points:
 * they choose by the branches that a sequence takes, and change it by operations.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzzer.h"
#include "log.h"
#include "write.h"

#define LOG_MAX		65536
#define ORACLE_EVERY	16

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
const char *__asan_default_options(void);

static struct fuzz_run run;
static char log_text[LOG_MAX];
static size_t log_len;

/* The log of a sequence that passes is of no interest. */
static void take_text(const char *text, unsigned long len)
{
	if (len > LOG_MAX - log_len)
		len = LOG_MAX - log_len;
	memcpy(log_text + log_len, text, len);
	log_len += len;
}

static void take_reason(const char *text)
{
	if (run.reason[0])
		return;
	snprintf(run.reason, sizeof(run.reason), "%s", text);
	dprintf(STDERR_FILENO, "vma_fuzz: %s\n", run.reason);
}

static const struct log_sink sink = { .text = take_text, .reason = take_reason };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct shim_options opt = { .seed = 1, .mode = "both" };

	(void)argc;
	(void)argv;
	log_set_sink(&sink);
	shim_boot(&opt);
	generator_begin();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_op ops[4096];
	const struct shim_case *cases;
	size_t nr = size / sizeof(ops[0]);

	if (nr > ARRAY_SIZE(ops))
		nr = ARRAY_SIZE(ops);
	memcpy(ops, data, nr * sizeof(ops[0]));
	run.ops = ops;
	run.nr = nr;
	run.every = ORACLE_EVERY;
	run.reason[0] = '\0';
	log_len = 0;
	shim_fuzz_set(&run);
	/* the last mode is lazy, where the build has it */
	if (shim_run_case(shim_case_list(&cases) - 1) != SHIM_FAIL)
		return 0;
	write_all(STDERR_FILENO, log_text, log_len);
	abort();
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	unsigned int nr = size / sizeof(struct fuzz_op), room = max_size / sizeof(struct fuzz_op);
	struct random r = random_of(seed, size);
	struct fuzz_op *ops = xcalloc(room + 1, sizeof(*ops));

	memcpy(ops, data, nr * sizeof(*ops));
	nr = mutate(&r, ops, nr, room);
	memcpy(data, ops, nr * sizeof(*ops));
	free(ops);
	return nr * sizeof(*ops);
}

/* libFuzzer looks for leaks on its own account, and what the machine keeps is none. */
__attribute__((no_sanitize("address", "undefined"), used, visibility("default")))
const char *__asan_default_options(void)
{
	return "detect_leaks=0:allocator_may_return_null=1";
}

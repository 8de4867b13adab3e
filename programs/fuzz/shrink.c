// SPDX-License-Identifier: GPL-2.0
/* Make a failing sequence as short and simple as possible. */
#include <stdlib.h>
#include <string.h>

#include "fuzzer.h"
#include "same.h"

/* Return true if the sequence still fails for the same reason. */
static bool still(const struct options *opt, const struct fuzz_op *ops, unsigned int nr,
		  const char *reason)
{
	struct sequence seq = { (struct fuzz_op *)ops, nr };
	bool failed;

	shared->hasty = 1;
	failed = run_alone(opt, &seq, false, NULL);
	shared->hasty = 0;
	return failed && same_failure(shared->reason, reason);
}

/* Takes out parts of a length, from the end on; returns the new length. */
static unsigned int without_parts(const struct options *opt, struct fuzz_op *ops, unsigned int nr,
				  unsigned int len, const char *reason)
{
	struct fuzz_op *less = xcalloc(nr + 1, sizeof(*ops));
	unsigned int at;

	for (at = nr; at >= len; ) {
		at -= len;
		memcpy(less, ops, at * sizeof(*ops));
		memcpy(less + at, ops + at + len, (nr - at - len) * sizeof(*ops));
		if (still(opt, less, nr - len, reason)) {
			nr -= len;
			memcpy(ops, less, nr * sizeof(*ops));
		}
		if (at > nr)
			at = nr;
	}
	free(less);
	return nr;
}

static bool try_byte(const struct options *opt, struct fuzz_op *ops, unsigned int nr,
		     unsigned char *byte, unsigned char value, const char *reason)
{
	unsigned char old = *byte;

	if (old == value)
		return true;
	*byte = value;
	if (still(opt, ops, nr, reason))
		return true;
	*byte = old;
	return false;
}

/* Every number as small as it can be: 0, or half, or one less. */
static void with_less(const struct options *opt, struct fuzz_op *ops, unsigned int nr,
		      const char *reason)
{
	unsigned char *bytes = (unsigned char *)ops;
	unsigned int i;

	for (i = 0; i < nr * sizeof(*ops); i++) {
		if (i % sizeof(*ops) == 0)	/* the code */
			continue;
		while (bytes[i] && !try_byte(opt, ops, nr, &bytes[i], 0, reason))
			if (!try_byte(opt, ops, nr, &bytes[i], bytes[i] / 2, reason) &&
			    !try_byte(opt, ops, nr, &bytes[i], bytes[i] - 1, reason))
				break;
	}
}

/*
 * A part of a sequence may hang although the whole failed at once, and many parts are
 * tried: they get what the whole took many times over, but not --timeout each.
 */
static void limit_parts(struct options *parts, const struct failure *failure)
{
	double start = now_seconds();
	unsigned int enough;

	if (!still(parts, failure->seq.ops, failure->seq.nr, failure->reason))
		return;
	enough = 2 + 10 * (now_seconds() - start);
	if (enough < parts->timeout)
		parts->timeout = enough;
}

/**
 * shrink() - make a failing sequence short
 * @opt: options
 * @failure: its sequence is replaced by the shortest one that fails so
 */
void shrink(const struct options *opt, struct failure *failure)
{
	struct options parts = *opt;
	struct fuzz_op *ops = failure->seq.ops;
	unsigned int nr = failure->seq.nr, before, len;
	char reason[FUZZ_REASON];

	memcpy(reason, failure->reason, sizeof(reason));
	limit_parts(&parts, failure);
	if (failure->at + 1 < nr && still(&parts, ops, failure->at + 1, reason))
		nr = failure->at + 1;
	do {
		before = nr;
		for (len = nr / 2; len; len /= 2)
			nr = without_parts(&parts, ops, nr, len, reason);
	} while (nr < before);
	with_less(&parts, ops, nr, reason);
	nr = without_parts(&parts, ops, nr, 1, reason);
	failure->seq.nr = nr;
}

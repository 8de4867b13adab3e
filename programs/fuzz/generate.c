// SPDX-License-Identifier: GPL-2.0
/* Random sequences, and random changes of known ones. */
#include <stdlib.h>
#include <string.h>

#include "fuzzer.h"
#include "random.h"

uint32_t random_below(struct random *r, uint32_t n)
{
	return (random_next(&r->state) >> 32) * n >> 32;
}

/**
 * random_of() - the numbers of a sequence, which depend on nothing else
 * @seed: of the run
 * @nr: of the sequence
 */
struct random random_of(uint64_t seed, uint64_t nr)
{
	struct random r = { seed * 0xd1342543de82ef95ull + nr };

	random_next(&r.state);
	return r;
}

/**
 * sequence_copy() - a sequence of its own
 * @ops: operations
 * @nr: how many
 */
struct sequence sequence_copy(const struct fuzz_op *ops, unsigned int nr)
{
	struct sequence seq = { xcalloc(nr, sizeof(*ops)), nr };

	memcpy(seq.ops, ops, nr * sizeof(*ops));
	return seq;
}

static struct fuzz_word words[FUZZ_CODES];

/**
 * generator_begin() - learn what is built in
 */
void generator_begin(void)
{
	unsigned int code;

	for (code = 0; code < FUZZ_CODES; code++)
		words[code] = shim_fuzz_word(code);
}

/**
 * struct taste - what a sequence has more of than another
 * @weight: of each operation; many are 0, so that others come together
 * @total: of all
 * @window: pages are taken from the first so many
 * @nr: pages of an operation, at the most
 * @far: one in so many operations is at another page table
 * @huge: one in so many is about whole page tables
 * @fail: one in so many lacks memory
 */
struct taste {
	unsigned int weight[FUZZ_CODES], total;
	unsigned int window, nr, far, huge, fail;
};

static struct taste taste_of(struct random *r)
{
	static const unsigned int windows[] = { 8, 12, 20, 32, 64 };
	struct taste t = { .total = 0 };
	unsigned int code;

	for (code = 1; code < FUZZ_CODES; code++) {
		t.weight[code] = words[code].weight;
		if (code > FUZZ_MAP && code != FUZZ_WRITE && random_below(r, 3) == 0)
			t.weight[code] = 0;
		else if (random_below(r, 6) == 0)
			t.weight[code] *= 3;
		t.total += t.weight[code];
	}
	t.window = windows[random_below(r, ARRAY_SIZE(windows))];
	t.nr = 1 + random_below(r, t.window < 16 ? t.window : 16);
	t.far = random_below(r, 4) ? 0 : 3;
	t.huge = random_below(r, words[FUZZ_SPLIT].weight ? 4 : 20) ? 0 : 4;
	t.fail = random_below(r, 5) ? 0 : 6;
	return t;
}

static unsigned char random_page(struct random *r, const struct taste *t)
{
	if (t->huge && !random_below(r, t->huge))
		return 0x80 | random_below(r, 4);
	if (t->far && !random_below(r, t->far))
		return 0x40 | (16 + random_below(r, 32));
	return random_below(r, t->window);
}

/* The next operation lacks memory: mostly one of its first allocations, or a charge. */
static struct fuzz_op random_failure(struct random *r)
{
	return (struct fuzz_op) {
		.code = random_below(r, 4) ? FUZZ_FAIL : FUZZ_LIMIT,
		.value = random_below(r, 1 + random_below(r, 24)),
		.more = random_below(r, 2),
	};
}

static struct fuzz_op random_op(struct random *r, const struct taste *t)
{
	unsigned int code = 0, at = random_below(r, t->total);

	for (code = 1; at >= t->weight[code]; code++)
		at -= t->weight[code];
	if (code == FUZZ_FAIL || code == FUZZ_LIMIT || (t->fail && !random_below(r, t->fail)))
		return random_failure(r);
	return (struct fuzz_op) {
		.code = code,
		.mm = random_below(r, 4),
		.page = random_page(r, t),
		.nr = random_below(r, t->nr),
		.arg = random_below(r, words[code].nr_args ?: 1),
		.to = random_page(r, t),
		.value = random_below(r, 256),
		.more = random_below(r, 256),
	};
}

/* One small change. */
static unsigned int change(struct random *r, const struct taste *t, struct fuzz_op *ops,
			   unsigned int nr, unsigned int room)
{
	unsigned int at = nr ? random_below(r, nr) : 0, len;
	const unsigned int kind = nr ? random_below(r, 7) : 0;

	switch (kind) {
	case 0:	/* one more */
	case 1:
	case 6:	/* one as it is, without memory */
		if (nr == room)
			break;
		memmove(ops + at + 1, ops + at, (nr - at) * sizeof(*ops));
		ops[at] = kind == 6 ? random_failure(r) : random_op(r, t);
		return nr + 1;
	case 2:	/* some less */
		len = 1 + random_below(r, 4);
		if (at + len > nr)
			break;
		memmove(ops + at, ops + at + len, (nr - at - len) * sizeof(*ops));
		return nr - len;
	case 3:	/* another one */
		ops[at] = random_op(r, t);
		break;
	case 4:	/* with another place */
		ops[at].page = random_page(r, t);
		ops[at].nr = random_below(r, t->nr);
		break;
	default: /* some again */
		len = 1 + random_below(r, 6);
		if (at + len > nr || nr + len > room)
			break;
		memmove(ops + nr, ops + at, len * sizeof(*ops));
		return nr + len;
	}
	return nr;
}

/**
 * mutate() - change a sequence in some places
 * @r: random numbers
 * @ops: the sequence
 * @nr: its length
 * @room: how long it may get
 *
 * Return: the new length.
 */
unsigned int mutate(struct random *r, struct fuzz_op *ops, unsigned int nr, unsigned int room)
{
	struct taste t = taste_of(r);
	unsigned int i, times = 1 + random_below(r, 8);

	for (i = 0; i < times; i++)
		nr = change(r, &t, ops, nr, room);
	return nr;
}

/* Half of the time something known is changed, if anything is known. */
static unsigned int from_corpus(const struct options *opt, struct random *r, struct fuzz_op *ops)
{
	const struct sequence *seq = corpus_entry(random_below(r, corpus_size()));
	unsigned int nr = seq->nr < opt->length ? seq->nr : opt->length;

	memcpy(ops, seq->ops, nr * sizeof(*ops));
	return mutate(r, ops, nr, opt->length);
}

/**
 * generate() - a sequence by its number
 * @opt: has the seed
 * @nr: the number
 *
 * Return: the sequence; for the same corpus it is always the same.
 */
struct sequence generate(const struct options *opt, unsigned long nr)
{
	struct random r = random_of(opt->shim.seed, nr);
	struct fuzz_op *ops = xcalloc(opt->length, sizeof(*ops));
	struct sequence seq = { ops, opt->length / 4 + random_below(&r, opt->length * 3 / 4 + 1) };
	struct taste t;
	unsigned int i;

	if (corpus_size() && random_below(&r, 2)) {
		seq.nr = from_corpus(opt, &r, ops);
		return seq;
	}
	t = taste_of(&r);
	for (i = 0; i < seq.nr; i++)
		ops[i] = random_op(&r, &t);
	return seq;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers of the host side and of the programs; kernel code has <linux/prandom.h>. */
#ifndef HOST_RANDOM_H
#define HOST_RANDOM_H

#include <stdint.h>

/**
 * random_next() - get the next number of a sequence, by splitmix64
 * @state: state of the sequence; any first value, its seed, gives a good sequence
 *
 * The numbers do not depend on the C library.
 *
 * Return: 64 random bits.
 */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif /* HOST_RANDOM_H */

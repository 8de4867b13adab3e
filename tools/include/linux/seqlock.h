/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree's header. The sequence count of an mm is changed by plain stores between barriers,
 * of which a race on a weak memory model is told here (asm/shim-point.h).
 */
#include_next <linux/seqlock.h>

#ifndef SHIM_SEQLOCK_H
#define SHIM_SEQLOCK_H

#include <asm/shim-point.h>

#define shim_sequence_stored(s) \
	shim_memory(SHIM_MEMORY_STORED, &(s)->sequence, sizeof((s)->sequence), __ATOMIC_RELAXED)
#define do_raw_write_seqcount_begin(s) \
	do { (do_raw_write_seqcount_begin)(s); shim_sequence_stored(s); } while (0)
#define do_raw_write_seqcount_end(s) \
	do { (do_raw_write_seqcount_end)(s); shim_sequence_stored(s); } while (0)

#endif /* SHIM_SEQLOCK_H */

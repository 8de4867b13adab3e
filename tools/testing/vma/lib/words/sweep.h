/* SPDX-License-Identifier: GPL-2.0 */
/* The failure sweep's judgement of an operation, see docs/oracle.md. */
#ifndef VMA_SWEEP_H
#define VMA_SWEEP_H

struct kunit;

void sweep_forgive(struct kunit *test, long ret);
void sweep_judge(struct kunit *test, long ret);

#endif /* VMA_SWEEP_H */

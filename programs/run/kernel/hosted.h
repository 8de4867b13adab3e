/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel side of vma_run. */
#ifndef HOSTED_KERNEL_H
#define HOSTED_KERNEL_H

#include "test.h"

#include <waist/hosted.h>

extern struct kunit *hosted_test;
extern const struct hosted_ops *hosted_ops;

void hosted_uffds_of(void);

#endif /* HOSTED_KERNEL_H */

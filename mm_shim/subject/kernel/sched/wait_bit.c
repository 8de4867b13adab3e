// SPDX-License-Identifier: GPL-2.0
/* A part of the scheduler, compiled alone. */
#include "sched_part.h"

#include "kernel/sched/wait_bit.c"

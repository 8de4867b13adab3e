/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Includes of kernel/sched/build_utility.c for the files that it is made of:
 * in older kernels they have no includes of their own.
 */
#include <linux/uaccess.h>
#include <linux/mmu_context.h>
#include <linux/completion.h>
#include <linux/eventpoll.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/poll.h>
#include <linux/sched/debug.h>
#include <linux/swait.h>
#include <linux/wait_bit.h>

#include "kernel/sched/sched.h"

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * userfaultfd, through its system call and the ioctls of its file. A context that
 * has UFFD_FEATURE_SIGBUS needs no monitor: a fault that would wait for one is a
 * SIGBUS, which write_page() and read_page() return as -EIO. The messages of a context
 * without it are read by a monitor, a thread: see uffd_watch().
 */
#ifndef VMA_UFFD_H
#define VMA_UFFD_H

#include "words.h"

#include <linux/completion.h>
#include <linux/userfaultfd.h>

struct userfaultfd_ctx;

/**
 * struct uffd - an open userfaultfd: a struct open_uffd with its @list, @sp and @file
 * @fd: the descriptor
 * @monitor: the thread of uffd_watch()
 * @seen: completed when it has read its message
 * @msg: the message that it has read
 * @err: 0, or the error of that read
 * @done: what the last UFFDIO_COPY, ZEROPAGE, MOVE or POISON has told of itself: the bytes that
 *	are done, or a negative errno where there are none; UFFD_UNTOLD if it has told nothing
 */
struct uffd {
	struct open_uffd;
	int fd;
	struct task_struct *monitor;
	struct completion seen;
	struct uffd_msg msg;
	int err;
	s64 done;
};

#define UFFD_UNTOLD	S64_MIN

#define UFFD_MISSING	UFFDIO_REGISTER_MODE_MISSING
#define UFFD_WP		UFFDIO_REGISTER_MODE_WP

struct uffd *uffd_open(struct space *sp, u64 features);
struct uffd *uffd_of_child(struct uffd *u, struct space *child);
void uffd_close(struct uffd *u);
int uffd_register(struct uffd *u, long page, long nr, u64 mode);
int uffd_unregister(struct uffd *u, long page, long nr);
int uffd_copy(struct uffd *u, long page, long nr, long from, u64 mode);
int uffd_zeropage(struct uffd *u, long page, long nr);
int uffd_move(struct uffd *u, long page, long nr, long from);
int uffd_poison(struct uffd *u, long page, long nr);
int uffd_protect(struct uffd *u, long page, long nr, bool on);
int uffd_set_no_mode(struct uffd *u);
void uffd_watch(struct uffd *u);
int uffd_seen(struct uffd *u);

/* looking */
struct userfaultfd_ctx *uffd_at(struct space *sp, long page);
struct userfaultfd_ctx *uffd_context(struct uffd *u);
bool uffd_protected_at(struct space *sp, long page);

/* lies, to which the oracle must object */
void uffd_set_at(struct space *sp, long page, struct userfaultfd_ctx *ctx);
void uffd_add(struct uffd *u, int refs, int changing);

#endif /* VMA_UFFD_H */

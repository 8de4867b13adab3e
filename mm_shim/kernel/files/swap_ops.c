// SPDX-License-Identifier: GPL-2.0
/* The swap file of swap.c in trees whose swap devices have operations of their own. */
#include <linux/fs.h>
#include <linux/swap.h>
#include <linux/uio.h>

#include <shim/files.h>

#if defined(SHIM_SWAP_OPS) && defined(CONFIG_SWAP)
#include <linux/swap_ops.h>

static void submit(struct swap_io_ctx *ctx, int rw)
{
	struct iov_iter iter;
	struct kiocb *iocb = &ctx->sio->iocb;

	swap_fs_prepare_rw(ctx, rw, &iter);
	iocb->ki_complete(iocb, shim_swap_rw(iocb, &iter));
}

static void submit_write(struct swap_io_ctx *ctx)
{
	submit(ctx, WRITE);
}

static void submit_read(struct swap_io_ctx *ctx)
{
	submit(ctx, READ);
}

static const struct swap_ops swap_ops = {
	.can_merge	= swap_fs_can_merge,
	.submit_write	= submit_write,
	.submit_read	= submit_read,
};

int shim_swap_activate(struct swap_info_struct *sis)
{
	return swap_fs_activate(sis, &swap_ops);
}
#endif

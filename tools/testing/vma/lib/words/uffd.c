// SPDX-License-Identifier: GPL-2.0
/* The words of uffd.h. */
#include "uffd.h"

#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/syscalls.h>
#include <linux/uio.h>
#include <linux/userfaultfd_k.h>

#include "internal.h"

#ifdef CONFIG_USERFAULTFD
/* Enters an open descriptor into the list of the case, which the oracle checks. */
static struct uffd *known(struct space *sp, int fd)
{
	struct world *world = sp->test->priv;
	struct kunit *test = sp->test;
	struct uffd *u;

	KUNIT_ASSERT_GE(test, fd, 0);
	u = kunit_kzalloc(test, sizeof(*u), GFP_KERNEL | __GFP_NOFAIL);
	u->sp = sp;
	u->fd = fd;
	u->file = shim_file_of(fd);
	list_add_tail(&u->list, &world->uffds);
	return u;
}

/* Calls an ioctl with a copy of @arg in user memory, and copies that back to @arg. */
static int uffd_ioctl(struct uffd *u, unsigned int cmd, void *arg, size_t size)
{
	struct space *sp = u->sp;
	long at;
	int err;

	shim_use_mm(sp->mm);
	at = put_user_data(sp, arg, size);
	if (IS_ERR_VALUE(at))
		return at;
	op_begin(sp, "ioctl", "userfaultfd, %u", _IOC_NR(cmd));
	err = op_end(u->file->f_op->unlocked_ioctl(u->file, cmd, at));
	if (shim_user_read(sp->mm, at, arg, size))
		return -EFAULT;
	return err;
}

/**
 * uffd_open() - userfaultfd() and UFFDIO_API
 * @sp: the space, made the current one
 * @features: UFFD_FEATURE_*
 *
 * Return: the context, which is closed at the end of the case at the latest.
 */
struct uffd *uffd_open(struct space *sp, u64 features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct world *world = sp->test->priv;
	struct kunit *test = sp->test;
	struct uffd *u;

	shim_use_mm(sp->mm);
	world->setup = true;
	u = known(sp, sys_userfaultfd(0));
	KUNIT_ASSERT_EQ(test, uffd_ioctl(u, UFFDIO_API, &api, sizeof(api)), 0);
	oracle(test);
	world->setup = false;
	return u;
}

/**
 * uffd_of_child() - the context that a fork has made, from its UFFD_EVENT_FORK
 * @u: the parent's context, whose monitor has read the event
 * @child: the child
 *
 * Return: the context, as of uffd_open().
 */
struct uffd *uffd_of_child(struct uffd *u, struct space *child)
{
	struct kunit *test = child->test;

	KUNIT_ASSERT_EQ(test, u->msg.event, UFFD_EVENT_FORK);
	return known(child, u->msg.arg.fork.ufd);
}

/**
 * uffd_close() - close(), which unregisters all that is registered
 * @u: the context
 */
void uffd_close(struct uffd *u)
{
	bool lives = u->sp->mm;		/* an exiting process drops its mm before its files */

	if (lives)
		op_begin(u->sp, "close", "userfaultfd");
	shim_close(u->fd);
	list_del(&u->list);
	if (lives) {
		op_end(0);
		op_done(u->sp, 0);
	}
}

/**
 * uffd_register() - UFFDIO_REGISTER
 * @u: the context
 * @page: first page
 * @nr: pages
 * @mode: UFFD_MISSING, UFFD_WP or both
 *
 * Return: 0 or a negative errno.
 */
int uffd_register(struct uffd *u, long page, long nr, u64 mode)
{
	struct uffdio_register arg = {
		.range = { page_addr(page), nr * PAGE_SIZE }, .mode = mode,
	};

	return op_done(u->sp, uffd_ioctl(u, UFFDIO_REGISTER, &arg, sizeof(arg)));
}

/**
 * uffd_unregister() - UFFDIO_UNREGISTER
 * @u: the context
 * @page: first page
 * @nr: number of pages
 *
 * Return: 0 or a negative errno.
 */
int uffd_unregister(struct uffd *u, long page, long nr)
{
	struct uffdio_range arg = { page_addr(page), nr * PAGE_SIZE };

	return op_done(u->sp, uffd_ioctl(u, UFFDIO_UNREGISTER, &arg, sizeof(arg)));
}

/**
 * uffd_copy() - UFFDIO_COPY
 * @u: the context
 * @page: first page of the destination, which is missing
 * @nr: number of pages
 * @from: first page of the source
 * @mode: UFFDIO_COPY_MODE_*
 *
 * Return: 0 or a negative errno, -EAGAIN if a part was copied.
 */
int uffd_copy(struct uffd *u, long page, long nr, long from, u64 mode)
{
	struct uffdio_copy arg = {
		.dst = page_addr(page), .src = page_addr(from), .len = nr * PAGE_SIZE,
		.mode = mode, .copy = UFFD_UNTOLD,
	};
	int err = uffd_ioctl(u, UFFDIO_COPY, &arg, sizeof(arg));
	long i;

	u->done = arg.copy;
	for (i = 0; i < (long)arg.copy / (long)PAGE_SIZE; i++)
		u->sp->model[page + i] = u->sp->model[from + i];
	return op_done(u->sp, err);
}

/**
 * uffd_zeropage() - UFFDIO_ZEROPAGE
 * @u: the context
 * @page: first page, which is missing
 * @nr: number of pages
 *
 * Return: as of uffd_copy().
 */
int uffd_zeropage(struct uffd *u, long page, long nr)
{
	struct uffdio_zeropage arg = {
		.range = { page_addr(page), nr * PAGE_SIZE }, .zeropage = UFFD_UNTOLD,
	};
	int err = uffd_ioctl(u, UFFDIO_ZEROPAGE, &arg, sizeof(arg));

	u->done = arg.zeropage;
	return op_done(u->sp, err);
}

/**
 * uffd_move() - UFFDIO_MOVE, which moves the folios themselves
 * @u: the context
 * @page: first page of the destination, which is missing
 * @nr: number of pages
 * @from: first page of the source, which is missing afterwards
 *
 * Return: 0 or a negative errno, -EAGAIN if a part was moved.
 */
int uffd_move(struct uffd *u, long page, long nr, long from)
{
	struct uffdio_move arg = {
		.dst = page_addr(page), .src = page_addr(from), .len = nr * PAGE_SIZE,
		.move = UFFD_UNTOLD,
	};
	int err = uffd_ioctl(u, UFFDIO_MOVE, &arg, sizeof(arg));
	long i;

	u->done = arg.move;
	for (i = 0; i < (long)arg.move / (long)PAGE_SIZE; i++) {
		u->sp->model[page + i] = u->sp->model[from + i];
		u->sp->model[from + i] = 0;
	}
	return op_done(u->sp, err);
}

/**
 * uffd_poison() - UFFDIO_POISON, after which an access is a SIGBUS
 * @u: the context
 * @page: first page, which is missing
 * @nr: number of pages
 *
 * Return: as of uffd_copy().
 */
int uffd_poison(struct uffd *u, long page, long nr)
{
	struct uffdio_poison arg = {
		.range = { page_addr(page), nr * PAGE_SIZE }, .updated = UFFD_UNTOLD,
	};
	int err = uffd_ioctl(u, UFFDIO_POISON, &arg, sizeof(arg));

	u->done = arg.updated;
	return op_done(u->sp, err);
}

/**
 * uffd_protect() - UFFDIO_WRITEPROTECT
 * @u: the context
 * @page: first page
 * @nr: pages
 * @on: protect against stores, or end the protection
 *
 * Return: 0 or a negative errno.
 */
int uffd_protect(struct uffd *u, long page, long nr, bool on)
{
	struct uffdio_writeprotect arg = {
		.range = { page_addr(page), nr * PAGE_SIZE },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return op_done(u->sp, uffd_ioctl(u, UFFDIO_WRITEPROTECT, &arg, sizeof(arg)));
}

/**
 * uffd_set_no_mode() - UFFDIO_SET_MODE that neither enables nor disables a feature
 * @u: the context
 *
 * Skips the case on a kernel without this ioctl.
 *
 * Return: 0 or a negative errno.
 */
int uffd_set_no_mode(struct uffd *u)
{
#ifdef UFFDIO_SET_MODE
	struct uffdio_set_mode arg = { };

	return op_done(u->sp, uffd_ioctl(u, UFFDIO_SET_MODE, &arg, sizeof(arg)));
#else
	kunit_skip(u->sp->test, "the kernel has no UFFDIO_SET_MODE");
#endif
}

static int watch(void *data)
{
	struct uffd *u = data;
	struct kvec vec = { &u->msg, sizeof(u->msg) };
	struct kiocb iocb = { .ki_filp = u->file };
	struct iov_iter iter;
	ssize_t n;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, sizeof(u->msg));
	n = u->file->f_op->read_iter(&iocb, &iter);
	u->err = n < 0 ? n : 0;
	complete(&u->seen);
	return 0;
}

/**
 * uffd_watch() - start a monitor: a thread that reads one message
 * @u: the context
 *
 * Pauses the oracle until uffd_seen().
 */
void uffd_watch(struct uffd *u)
{
	oracle_pause(u->sp->test);
	init_completion(&u->seen);
	u->monitor = kthread_run(watch, u, "monitor");
}

/**
 * uffd_seen() - wait for the monitor
 * @u: the context, in whose @msg the message is then
 *
 * Return: the UFFD_EVENT_*, or a negative errno.
 */
int uffd_seen(struct uffd *u)
{
	wait_for_completion(&u->seen);
	kthread_stop(u->monitor);
	oracle_resume(u->sp->test);
	return u->err ?: u->msg.event;
}

/**
 * uffd_at() - the context that a page is registered with
 * @sp: the space
 * @page: a page of a VMA
 *
 * Return: the context, or NULL if there is none.
 */
struct userfaultfd_ctx *uffd_at(struct space *sp, long page)
{
	return shim_vm_userfaultfd_ctx(vma_of(sp, page)).ctx;
}

/**
 * uffd_context() - the kernel's context of an open userfaultfd
 * @u: the userfaultfd
 */
struct userfaultfd_ctx *uffd_context(struct uffd *u)
{
	return u->file->private_data;
}

/**
 * uffd_set_at() - set the context of a VMA, which no ioctl has registered: a lie
 * @sp: the space
 * @page: a page of the VMA
 * @ctx: the context, or NULL
 */
void uffd_set_at(struct space *sp, long page, struct userfaultfd_ctx *ctx)
{
	shim_vm_userfaultfd_ctx(vma_of(sp, page)).ctx = ctx;
}

/**
 * uffd_add() - change the counts of a context: a lie
 * @u: the userfaultfd
 * @refs: number to add to its refcount
 * @changing: number to add to its mmap_changing
 */
void uffd_add(struct uffd *u, int refs, int changing)
{
	struct userfaultfd_ctx *ctx = uffd_context(u);

	refcount_set(&ctx->refcount, refcount_read(&ctx->refcount) + refs);
	atomic_add(changing, &ctx->mmap_changing);
}

/**
 * uffd_protected_at() - is the entry of a page write-protected by userfaultfd?
 * @sp: the space
 * @page: the page
 */
bool uffd_protected_at(struct space *sp, long page)
{
	pmd_t *pmdp = shim_lookup_pmd(sp->mm, page_addr(page));
	pte_t *ptep;
	bool is;

	if (!pmdp)
		return false;
	if (pmd_trans_huge(pmdp_get(pmdp)))
		return pmd_val(pmdp_get(pmdp)) & _PAGE_UFFD_WP;
	ptep = pte_offset_map(pmdp, page_addr(page));
	is = uffd_protects(ptep_get(ptep));
	pte_unmap(ptep);
	return is;
}
#else
struct uffd *uffd_open(struct space *sp, u64 features)
{
	return NULL;
}

struct uffd *uffd_of_child(struct uffd *u, struct space *child)
{
	return NULL;
}

void uffd_close(struct uffd *u)
{
}

int uffd_register(struct uffd *u, long page, long nr, u64 mode)
{
	return -ENOSYS;
}

int uffd_unregister(struct uffd *u, long page, long nr)
{
	return -ENOSYS;
}

int uffd_copy(struct uffd *u, long page, long nr, long from, u64 mode)
{
	return -ENOSYS;
}

int uffd_zeropage(struct uffd *u, long page, long nr)
{
	return -ENOSYS;
}

int uffd_move(struct uffd *u, long page, long nr, long from)
{
	return -ENOSYS;
}

int uffd_poison(struct uffd *u, long page, long nr)
{
	return -ENOSYS;
}

int uffd_protect(struct uffd *u, long page, long nr, bool on)
{
	return -ENOSYS;
}

int uffd_set_no_mode(struct uffd *u)
{
	return -ENOSYS;
}

void uffd_watch(struct uffd *u)
{
}

int uffd_seen(struct uffd *u)
{
	return -ENOSYS;
}

struct userfaultfd_ctx *uffd_at(struct space *sp, long page)
{
	return NULL;
}

struct userfaultfd_ctx *uffd_context(struct uffd *u)
{
	return NULL;
}

void uffd_set_at(struct space *sp, long page, struct userfaultfd_ctx *ctx)
{
}

void uffd_add(struct uffd *u, int refs, int changing)
{
}

bool uffd_protected_at(struct space *sp, long page)
{
	return false;
}
#endif

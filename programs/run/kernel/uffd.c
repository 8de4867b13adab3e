// SPDX-License-Identifier: GPL-2.0
/*
 * Userfaultfds of guests: contexts of the tree. The supervisor reads them without waiting and is
 * told when there is something to read; a fault that waits for one sleeps in a task of its own.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uio.h>
#include <linux/userfaultfd_k.h>

#include <shim/files.h>
#include <shim/sched.h>

#include "internal.h"
#include "hosted.h"

static struct shim_sched_ops waiting_ops;

/* Nothing of the machine is held where a fault waits for a monitor, and there alone. */
static void park(void)
{
	bool is = READ_ONCE(current->__state) & TASK_INTERRUPTIBLE;

	if (is)
		hosted_ops->rest(1);
	shim_free_running.park();
	if (is)
		hosted_ops->rest(0);
}

/**
 * hosted_waits_begin() - prepare for hosted_waits()
 */
void hosted_waits_begin(void)
{
	waiting_ops = shim_free_running;
	waiting_ops.park = park;
}

/**
 * hosted_waits() - this worker serves faults that may wait for a userfaultfd
 */
void hosted_waits(void)
{
	unsigned long flags;

	/* who has started the worker may be waking it still */
	raw_spin_lock_irqsave(&current->pi_lock, flags);
	current->thread.sched = &waiting_ops;
	raw_spin_unlock_irqrestore(&current->pi_lock, flags);
}

/**
 * hosted_fault_waiting() - hosted_fault() that may wait for a userfaultfd
 * @space: of the guest
 * @addr: user address
 * @write: as for a store
 *
 * The space may have ended when it returns 0.
 *
 * Context: a worker of hosted_waits().
 * Return: as hosted_fault().
 */
int hosted_fault_waiting(void *space, unsigned long addr, int write)
{
	int err;

	if (addr >= TASK_SIZE)
		return -EFAULT;
	err = shim_fault_slowly(((struct space *)space)->mm, addr, write);
	lru_add_drain();
	return err;
}

#ifdef CONFIG_USERFAULTFD
struct hosted_uffd {
	struct open_uffd open;
	int fd;
	void *of_host;
	wait_queue_entry_t entry;
	wait_queue_head_t *head;
	poll_table table;
};

static int ready(wait_queue_entry_t *entry, unsigned int mode, int sync, void *key)
{
	hosted_ops->uffd_ready(container_of(entry, struct hosted_uffd, entry)->of_host);
	return 0;
}

static void queue(struct file *file, wait_queue_head_t *head, poll_table *table)
{
	struct hosted_uffd *u = container_of(table, struct hosted_uffd, table);

	u->head = head;
	init_waitqueue_func_entry(&u->entry, ready);
	add_wait_queue(head, &u->entry);
}

static struct hosted_uffd *enter(int fd, void *of_host)
{
	struct world *world = hosted_test->priv;
	struct hosted_uffd *u = kzalloc(sizeof(*u), GFP_KERNEL | __GFP_NOFAIL);

	u->fd = fd;
	u->of_host = of_host;
	u->open.file = shim_file_of(fd);
	/* the monitor of the guest waits, and not who reads for it */
	u->open.file->f_flags |= O_NONBLOCK;
	list_add_tail(&u->open.list, &world->uffds);
	init_poll_funcptr(&u->table, queue);
	u->open.file->f_op->poll(u->open.file, &u->table);
	return u;
}

/**
 * hosted_uffd_new() - userfaultfd()
 * @space: of the guest
 * @flags: of the call, without those of the descriptor
 * @of_host: for uffd_ready() of struct hosted_ops
 * @err: set to a negative errno where there is none
 *
 * Return: for hosted_uffd_put(), or NULL.
 */
void *hosted_uffd_new(void *space, unsigned long flags, void *of_host, long *err)
{
	long fd;

	shim_use_mm(((struct space *)space)->mm);
	fd = sys_userfaultfd(flags);
	*err = fd < 0 ? fd : 0;
	return fd < 0 ? NULL : enter(fd, of_host);
}

/**
 * hosted_uffd_of_fork() - the context that the message of a fork() tells of
 * @fd: in the message
 * @of_host: as of hosted_uffd_new()
 *
 * Return: as hosted_uffd_new().
 */
void *hosted_uffd_of_fork(int fd, void *of_host)
{
	return enter(fd, of_host);
}

/**
 * hosted_uffd_put() - close a userfaultfd: what waits for it goes on
 * @uffd: of hosted_uffd_new()
 */
void hosted_uffd_put(void *uffd)
{
	struct hosted_uffd *u = uffd;

	/* of the last call: the mm may go with the context */
	shim_use_mm(NULL);
	if (u->head)
		remove_wait_queue(u->head, &u->entry);
	list_del(&u->open.list);
	shim_close(u->fd);
	kfree(u);
}

/**
 * hosted_uffd_read() - read messages, without waiting
 * @uffd: of hosted_uffd_new()
 * @to: buffer
 * @len: its size
 *
 * Return: as of read(), -EAGAIN where there is none.
 */
long hosted_uffd_read(void *uffd, void *to, unsigned long len)
{
	struct file *file = ((struct hosted_uffd *)uffd)->open.file;
	struct kvec vec = { to, len };
	struct kiocb iocb = { .ki_filp = file };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, len);
	return file->f_op->read_iter(&iocb, &iter);
}

/**
 * hosted_uffd_ioctl() - ioctl() of a userfaultfd
 * @uffd: of hosted_uffd_new()
 * @caller: space of the guest that makes the call
 * @nr: number of the ioctl
 * @arg: its argument
 *
 * Return: as of the call.
 */
long hosted_uffd_ioctl(void *uffd, void *caller, unsigned long nr, unsigned long arg)
{
	struct file *file = ((struct hosted_uffd *)uffd)->open.file;

	shim_use_mm(((struct space *)caller)->mm);
	lru_add_drain();
	return file->f_op->unlocked_ioctl(file, nr, arg);
}

/**
 * hosted_uffd_tlb() - what was given to hosted_space_tlb() of the space that a context is of
 * @uffd: of hosted_uffd_new()
 *
 * Return: it, or NULL where the space has ended.
 */
void *hosted_uffd_tlb(void *uffd)
{
	struct userfaultfd_ctx *ctx = ((struct hosted_uffd *)uffd)->open.file->private_data;

	return ctx->mm->context.hosted;
}

/**
 * hosted_uffds_of() - say which space each context is of, for the oracle
 *
 * Context: nobody else is in the machine.
 */
void hosted_uffds_of(void)
{
	struct world *world = hosted_test->priv;
	struct open_uffd *u;
	struct space *sp;

	list_for_each_entry(u, &world->uffds, list) {
		u->sp = NULL;
		list_for_each_entry(sp, &world->spaces, list)
			if (sp->mm == ((struct userfaultfd_ctx *)u->file->private_data)->mm)
				u->sp = sp;
	}
}
#else
void *hosted_uffd_new(void *space, unsigned long flags, void *of_host, long *err)
{
	*err = -ENOSYS;
	return NULL;
}

void *hosted_uffd_of_fork(int fd, void *of_host)
{
	return NULL;
}

void hosted_uffd_put(void *uffd)
{
}

long hosted_uffd_read(void *uffd, void *to, unsigned long len)
{
	return -EAGAIN;
}

long hosted_uffd_ioctl(void *uffd, void *caller, unsigned long nr, unsigned long arg)
{
	return -ENOTTY;
}

void *hosted_uffd_tlb(void *uffd)
{
	return NULL;
}

void hosted_uffds_of(void)
{
}
#endif

// SPDX-License-Identifier: GPL-2.0
/* Faults of guests, as userfaultfd tells of them. */
#include <errno.h>
#include <linux/userfaultfd.h>
#include <unistd.h>

#include "guest.h"

#define MOST_TRIES	100

/**
 * fault_in() - have a page mapped, in the machine and in the host's table
 * @g: the guest, alive
 * @addr: user address
 * @write: for a store
 *
 * Return: 0, -EFAULT for SIGSEGV, -EIO for SIGBUS, -ENOMEM; or FAULT_WAITS for uffd_fault().
 */
int fault_in(struct guest *g, unsigned long addr, int write)
{
	unsigned long start, end;
	int rights = hosted_rights(g->space, addr, &start, &end), tries, err;

	/* The host's own protection comes first for a moment: other threads must not write then */
	if (g->threads && (rights & HOSTED_WRITE))
		write = 1;
	for (tries = 0; tries < MOST_TRIES; tries++) {
		if (tlb_fill(g, addr, write))
			return 0;
		if (rights & HOSTED_UFFD)
			return FAULT_WAITS;
		err = hosted_fault(g->space, addr, write);
		if (err)
			return err;
	}
	hosted_complain("an access faults for ever");
	return -EFAULT;
}

static void out_of_memory(struct guest *g)
{
	say("a guest is ended, as the machine's %lu MiB of memory are used: see --memory", opt.mib);
	guest_kill(g);
}

/**
 * fault_end() - a fault is over
 * @g: the guest
 * @addr: where
 * @write: by a store
 * @err: of fault_in()
 */
void fault_end(struct guest *g, unsigned long addr, int write, int err)
{
	unsigned long start, end;

	count_fault(g, err ? FAULT_REFUSED : write ? FAULT_WRITE : FAULT_READ);
	if (err == -ENOMEM)
		out_of_memory(g);
	else if (err)
		tlb_refuse(g, addr, err, hosted_rights(g->space, addr, &start, &end));
}

static void serve_fault(struct guest *g, unsigned long addr, unsigned long flags)
{
	int write = !!(flags & (UFFD_PAGEFAULT_FLAG_WRITE | UFFD_PAGEFAULT_FLAG_WP));
	int err = fault_in(g, addr, write);

	if (opt.verbose)
		say("guest %d: fault at %lx, flags %lx: %d", g->slot, addr, flags, err);
	if (err == FAULT_WAITS)
		uffd_fault(g, addr, write);
	else if (!err && (flags & (UFFD_PAGEFAULT_FLAG_WP | UFFD_PAGEFAULT_FLAG_MINOR)))
		count_fault(g, flags & UFFD_PAGEFAULT_FLAG_WP ? FAULT_PROTECTED : FAULT_AGAIN);
	else
		fault_end(g, addr, write, err);
}

/**
 * fault_serve() - serve a fault
 * @g: the guest
 * @msg: what userfaultfd has told
 */
void fault_serve(struct guest *g, const struct uffd_msg *msg)
{
	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_rdlock(&g->life);
	if (!g->ended)
		serve_fault(g, msg->arg.pagefault.address, msg->arg.pagefault.flags);
	pthread_rwlock_unlock(&g->life);
	pthread_rwlock_unlock(&gate);
	hosted_rest();
}

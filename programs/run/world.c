// SPDX-License-Identifier: GPL-2.0
/* Address spaces of guests: their life, and what is checked of all. */
#include <unistd.h>

#include "guest.h"
#include "util.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct guest *guests;

/**
 * guest_new() - an address space without anything yet
 */
struct guest *guest_new(void)
{
	struct guest *g = xcalloc(1, sizeof(*g));

	pthread_rwlock_init(&g->life, NULL);
	pthread_mutex_init(&g->tlb, NULL);
	g->uffd = g->boot = -1;
	g->tally = tally_new();
	agent_slot(g);
	pthread_mutex_lock(&lock);
	g->next = guests;
	guests = g;
	pthread_mutex_unlock(&lock);
	return g;
}

/**
 * guest_by_slot() - an address space by the number of its mailbox
 * @slot: the number
 *
 * Return: the newest that has it, ended or not; or NULL.
 */
struct guest *guest_by_slot(int slot)
{
	struct guest *g;

	pthread_mutex_lock(&lock);
	for (g = guests; g && g->slot != slot; g = g->next)
		;
	pthread_mutex_unlock(&lock);
	return g;
}

static void end_space(struct guest *g)
{
	agent_end(g);
	pthread_rwlock_wrlock(&g->life);
	if (!g->ended) {
		g->ended = true;
		if (g->uffd >= 0)
			close(g->uffd);
		if (g->space)
			hosted_space_exit(g->space);
		files_follow();
		tlb_free(g);
	}
	pthread_rwlock_unlock(&g->life);
}

/**
 * guest_drop() - end an address space that no process has, or has any more
 * @g: the guest
 */
void guest_drop(struct guest *g)
{
	/* the list of spaces is nobody else's then */
	pthread_rwlock_wrlock(&gate);
	end_space(g);
	pthread_rwlock_unlock(&gate);
}

/**
 * guest_put() - an address space has a user less
 * @g: the guest, which ends with the last one; or NULL
 */
void guest_put(struct guest *g)
{
	if (g && users_drop(g) && !g->kept)
		guest_drop(g);
}

/* Pages and VMAs that the oracle has room for. */
#define ORACLE_PAGES	30000ul

/**
 * guests_check() - the oracle: all spaces, and all that the host has mapped
 */
void guests_check(void)
{
	unsigned long resident = 0;
	struct guest *g;

	pthread_rwlock_wrlock(&gate);
	for (g = guests; g; g = g->next) {
		if (g->ended || !g->space)
			continue;
		resident += hosted_space_resident(g->space);
		count_audit(tlb_audit(g));
	}
	count_oracle(resident > ORACLE_PAGES);
	if (resident <= ORACLE_PAGES)
		hosted_oracle();
	pthread_rwlock_unlock(&gate);
}

/**
 * guests_each() - call a function for each address space that there was
 * @fn: the function
 */
void guests_each(void (*fn)(const struct guest *g))
{
	struct guest *g;

	for (g = guests; g; g = g->next)
		fn(g);
}

/**
 * guests_end() - end all spaces that are left
 */
void guests_end(void)
{
	struct guest *g;

	while (process_first())
		guest_put(process_end(process_first()));
	for (g = guests; g; g = g->next)
		if (!g->ended)
			end_space(g);
}

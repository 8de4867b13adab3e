// SPDX-License-Identifier: GPL-2.0
/* Which guests and processes there are. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/* Read by who is in the machine, written by the oracle. */
pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct process *processes, *ended;
static struct guest *guests;

/* Threads by their numbers, as the kernel tells of a call by them. */
#define TIDS	4096
static struct { pid_t tid; struct process *p; } tids[TIDS];

/**
 * world_watch() - have an epoll tell once of a descriptor
 * @epoll: which
 * @fd: the descriptor
 * @data: what it tells
 */
void world_watch(int epoll, int fd, void *data)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = data };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) && errno == EEXIST)
		epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
}

/* The number of the process of a thread. */
static pid_t leader_of(pid_t tid)
{
	char path[64], line[128];
	pid_t pid = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Tgid: %d", &pid) == 1)
			break;
	if (f)
		fclose(f);
	return pid;
}

static struct process *add_process(pid_t pid, struct guest *g)
{
	struct process *p = xcalloc(1, sizeof(*p));

	p->pid = pid;
	p->fd = pidfd_open(pid, 0);
	p->guest = g;
	p->next = processes;
	processes = p;
	g->users++;
	if (p->fd >= 0)
		world_watch(calls_epoll, p->fd, p);
	return p;
}

/* A process that shares the address space of another, as a child of vfork() does. */
static struct process *find_sharer(pid_t pid)
{
	struct process *p;

	for (p = processes; p; p = p->next)
		if (!syscall(SYS_kcmp, pid, p->pid, KCMP_VM, 0, 0))
			return add_process(pid, p->guest);
	return NULL;
}

/**
 * process_by_tid() - the process of a thread
 * @tid: the thread
 *
 * Return: the process, valid until it has ended; or NULL if it has no address space here.
 */
struct process *process_by_tid(pid_t tid)
{
	struct process *p = NULL;
	pid_t pid;

	pthread_mutex_lock(&lock);
	if (tids[tid % TIDS].tid == tid)
		p = tids[tid % TIDS].p;
	if (!p) {
		pid = leader_of(tid);
		for (p = processes; p && p->pid != pid; p = p->next)
			;
		if (!p && pid > 0)
			p = find_sharer(pid);
		if (p) {
			tids[tid % TIDS].tid = tid;
			tids[tid % TIDS].p = p;
		}
	}
	pthread_mutex_unlock(&lock);
	return p;
}

/**
 * process_new() - a process has an address space, a new one or another one
 * @pid: its number
 * @g: the address space
 *
 * Return: the process.
 */
struct process *process_new(pid_t pid, struct guest *g)
{
	struct process *p;
	struct guest *old = NULL;

	pthread_mutex_lock(&lock);
	for (p = processes; p && p->pid != pid; p = p->next)
		;
	if (p) {
		old = p->guest;
		p->guest = g;
		g->users++;
	} else {
		p = add_process(pid, g);
	}
	pthread_mutex_unlock(&lock);
	if (old)
		guest_put(old);
	return p;
}

/**
 * process_end() - a process has ended
 * @p: the process, not to be used afterwards
 */
void process_end(struct process *p)
{
	struct process **at;
	struct guest *g = p->guest;
	int i;

	record_line("%d +++ exited with 0 +++\n", p->pid);
	pthread_mutex_lock(&lock);
	for (at = &processes; *at != p; at = &(*at)->next)
		;
	*at = p->next;
	for (i = 0; i < TIDS; i++)
		if (tids[i].p == p)
			tids[i].tid = 0;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	/* not freed: a worker may serve a call of it, which nobody waits for any more */
	p->next = ended;
	ended = p;
	pthread_mutex_unlock(&lock);
	guest_put(g);
}

/**
 * guest_new() - an address space without anything yet
 */
struct guest *guest_new(void)
{
	struct guest *g = xcalloc(1, sizeof(*g));

	pthread_rwlock_init(&g->life, NULL);
	pthread_mutex_init(&g->tlb, NULL);
	g->uffd = -1;
	agent_slot(g);
	pthread_mutex_lock(&lock);
	g->next = guests;
	guests = g;
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
		tlb_free(g);
	}
	pthread_rwlock_unlock(&g->life);
}

/**
 * guest_get() - keep an address space
 * @g: the guest
 */
void guest_get(struct guest *g)
{
	pthread_mutex_lock(&lock);
	g->users++;
	pthread_mutex_unlock(&lock);
}

/**
 * guest_put() - an address space has a user less
 * @g: the guest, which ends with the last one
 */
void guest_put(struct guest *g)
{
	bool last;

	pthread_mutex_lock(&lock);
	last = !--g->users && !g->kept;
	pthread_mutex_unlock(&lock);
	if (!last)
		return;
	/* the list of spaces is nobody else's then */
	pthread_rwlock_wrlock(&gate);
	end_space(g);
	pthread_rwlock_unlock(&gate);
}

/**
 * guest_kill() - kill the processes of an address space
 * @g: the guest
 */
void guest_kill(struct guest *g)
{
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p; p = p->next)
		if (p->guest == g)
			kill(p->pid, SIGKILL);
	pthread_mutex_unlock(&lock);
}

static bool all_dead;

/**
 * guests_are_dead() - say that no process of a guest is left
 */
void guests_are_dead(void)
{
	__atomic_store_n(&all_dead, true, __ATOMIC_RELEASE);
}

/**
 * guest_alive() - may an address space still have a process?
 * @g: the guest; one that has none yet is taken for alive
 */
bool guest_alive(struct guest *g)
{
	struct pollfd fd = { .events = POLLIN };
	bool any = false, alive = false;
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p; p = p->next) {
		if (p->guest != g)
			continue;
		any = true;
		fd.fd = p->fd;
		alive |= poll(&fd, 1, 0) == 0;
	}
	pthread_mutex_unlock(&lock);
	return !__atomic_load_n(&all_dead, __ATOMIC_ACQUIRE) && (alive || (!any && g->users >= 0 && !g->lost));
}

/**
 * processes_count() - how many processes there are
 */
unsigned int processes_count(void)
{
	unsigned int nr = 0;
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p; p = p->next)
		nr++;
	pthread_mutex_unlock(&lock);
	return nr;
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
 * guests_end() - end all spaces that are left
 */
void guests_end(void)
{
	struct guest *g;

	while (processes)
		process_end(processes);
	for (g = guests; g; g = g->next)
		if (!g->ended)
			end_space(g);
}

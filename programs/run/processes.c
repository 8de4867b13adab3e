// SPDX-License-Identifier: GPL-2.0
/* Which processes there are, and which address space each has. */
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

/* Threads by their numbers, as the kernel tells of a call by them. */
#define TIDS	4096
static struct { pid_t tid; struct process *p; } tids[TIDS];

/**
 * number_in() - a number in a file of /proc
 * @path: the file
 * @format: of sscanf(), for the line that has it
 * @number: set to it, and left alone if there is none
 */
void number_in(const char *path, const char *format, int *number)
{
	FILE *f = fopen(path, "re");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, format, number) == 1)
			break;
	if (f)
		fclose(f);
}

/* The number of the process of a thread. */
static pid_t leader_of(pid_t tid)
{
	char path[64];
	pid_t pid = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	number_in(path, "Tgid: %d", &pid);
	return pid;
}

/**
 * own_number() - the number that a process has for itself
 * @pid: as the supervisor sees it
 *
 * Return: the number, or @pid if it is gone.
 */
pid_t own_number(pid_t pid)
{
	char path[64], line[256], *last;
	pid_t own = pid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "NSpid:", 6))
			continue;
		last = strrchr(line, '\t');
		sscanf(last ? last : line + 6, "%d", &own);
		break;
	}
	if (f)
		fclose(f);
	return own;
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
 * process_by_own() - a process by the number that guests have for it
 * @pid: the number
 *
 * Return: as process_by_tid().
 */
struct process *process_by_own(pid_t pid)
{
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p && own_number(p->pid) != pid; p = p->next)
		;
	pthread_mutex_unlock(&lock);
	return p;
}

/**
 * processes_each() - call a function for each process
 * @fn: gets its number, and must not ask for processes
 */
void processes_each(void (*fn)(pid_t pid))
{
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p; p = p->next)
		fn(p->pid);
	pthread_mutex_unlock(&lock);
}

/**
 * process_new() - a process has an address space, a new one or another one
 * @pid: its number
 * @g: the address space
 *
 * Return: the one that it had before, for guest_put(); or NULL.
 */
struct guest *process_new(pid_t pid, struct guest *g)
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
		add_process(pid, g);
	}
	pthread_mutex_unlock(&lock);
	return old;
}

/**
 * process_end() - a process has ended
 * @p: the process, not to be used afterwards
 *
 * Return: its address space, for guest_put().
 */
struct guest *process_end(struct process *p)
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
	return g;
}

/**
 * process_first() - some process
 *
 * Return: it, or NULL where there is none.
 */
struct process *process_first(void)
{
	return processes;
}

/**
 * users_drop() - an address space has a user less
 * @g: the guest
 *
 * Return: whether it has none.
 */
bool users_drop(struct guest *g)
{
	bool none;

	pthread_mutex_lock(&lock);
	none = !--g->users;
	pthread_mutex_unlock(&lock);
	return none;
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

static bool runs(int pidfd)
{
	struct pollfd fd = { .fd = pidfd, .events = POLLIN };

	return poll(&fd, 1, 0) == 0;
}

/**
 * guests_are_dead() - say that no process of a guest is left
 */
void guests_are_dead(void)
{
	__atomic_store_n(&all_dead, true, __ATOMIC_RELEASE);
}

/**
 * guest_alive() - may an address space still have a process?
 * @g: the guest; one that is set up has that process
 */
bool guest_alive(struct guest *g)
{
	/* whose sharers need not have made a call yet */
	bool alive = g->kept || (g->boot >= 0 && runs(g->boot));
	struct process *p;

	pthread_mutex_lock(&lock);
	for (p = processes; p; p = p->next)
		alive |= p->guest == g && runs(p->fd);
	pthread_mutex_unlock(&lock);
	return !__atomic_load_n(&all_dead, __ATOMIC_ACQUIRE) && alive;
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

// SPDX-License-Identifier: GPL-2.0
/*
 * A child that is done stops, and later goes on with the memory that its parent has by
 * then, as a new child of fork() would. The faults of a fork are spared, which are most of
 * what a short run costs: the parent copies the pages in which the two differ, and those
 * are mapped already.
 *
 * Two pages are the same page, and not only equal, where neither process is the only one
 * to map it. So /proc/PID/pagemap tells which pages may differ. The parent copies, since
 * a child may not write to its parent, nor read it (ptrace_scope of Yama).
 *
 * The child's other threads end before it stops: a child of fork() has none. It waits on
 * a stack in shared memory, and touches nothing else until it goes on.
 *
 * Nothing here may be instrumented: ASan's shadow is copied, too.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <shim/host.h>

#include "place.h"
#include "rewind.h"

/* Functions that only a binary with ASan, TSan or gcov has. */
void __asan_get_shadow_mapping(size_t *scale, size_t *offset) __attribute__((weak));
void __tsan_init(void) __attribute__((weak));
void __gcov_init(void *) __attribute__((weak));

#define PAGE		4096ul
/* A run that has touched more is cheaper as a new child */
#define MOST_PAGES	16384
#define AT_A_TIME	4096	/* entries of pagemap */
#define VECTORS		1024	/* UIO_MAXIOV */
#define MOST_ZERO	4096

/* Documentation/admin-guide/mm/pagemap.rst */
#define PM_PRESENT	(1ull << 63)
#define PM_SWAP		(1ull << 62)
#define PM_FILE		(1ull << 61)
#define PM_EXCLUSIVE	(1ull << 56)

/* What parent and child share */
struct meeting {
	pid_t child;
	pthread_t thread;	/* that has called fork(): setcontext() leaves its register alone */
	int waits;		/* the child has stopped here, and not by a signal of another */
	int code;
	struct files files;	/* when the child began */
	unsigned int nr_maps;
	struct map maps[MOST_MAPS];	/* when the child began */
	struct map now[MOST_MAPS];
	unsigned int nr_zero;
	struct iovec zero[MOST_ZERO];	/* what the child has to clear */
	uint64_t ours[AT_A_TIME];	/* entries of pagemap */
	uint64_t theirs[AT_A_TIME];
	char text[MAPS_TEXT];
	ucontext_t parked;
	_Alignas(64) char stack[1 << 16];
};

/* What the parent needs to copy */
static struct copy {
	pid_t to;
	int ours, theirs;	/* pagemap */
	unsigned long pages;
	struct iovec vec[VECTORS];
	unsigned int nr;
} copy;

/**
 * rewind_to - where the child goes on, set by its parent with getcontext()
 */
ucontext_t rewind_to;

static struct meeting *meeting;		/* of this process with its child */
static struct meeting *own;		/* of this process, a child, with its parent */
static bool forbidden;
static size_t scale, offset;	/* of ASan's shadow */

/* The two halves of a pointer: meanwhile the variables are the parent's */
static void wait_for_parent(unsigned int high, unsigned int low)
{
	struct meeting *m = (void *)((uintptr_t)high << 32 | low);
	unsigned long i, word;

	/* Somebody else may send SIGCONT */
	m->waits = 1;
	while (__atomic_load_n(&m->waits, __ATOMIC_ACQUIRE))
		kill(getpid(), SIGSTOP);
	for (i = 0; i < m->nr_zero; i++)
		for (word = 0; word < m->zero[i].iov_len / sizeof(long); word++)
			((volatile long *)m->zero[i].iov_base)[word] = 0;
	setcontext(&rewind_to);
}

/**
 * rewind_is_child() - check if this process is the child which its parent has just rewound
 *
 * Context: with the memory of the parent, before rewind_child_goes_on().
 * Return: true in the child, false in the parent.
 */
bool rewind_is_child(void)
{
	return meeting && meeting->child == getpid();
}

/* What was shared with the parent is no memory to share with a child, too. */
static void part(void)
{
	own = meeting;
	meeting = NULL;
}

/**
 * rewind_prepare() - get ready for a child that can be rewound
 *
 * Context: the parent, before fork().
 */
void rewind_prepare(void)
{
	if (__tsan_init || __gcov_init)
		return;
	if (!meeting) {
		meeting = host_shared(sizeof(*meeting));
		if (__asan_get_shadow_mapping)
			__asan_get_shadow_mapping(&scale, &offset);
	}
	meeting->child = 0;
	meeting->waits = 0;
	meeting->nr_maps = forbidden ? 0 : maps_read(meeting->maps, MOST_MAPS, meeting->text);
}

/**
 * rewind_child_begins() - make this process a child that can be rewound
 *
 * Context: a new child, after rewind_prepare() in its parent.
 */
void rewind_child_begins(void)
{
	uintptr_t at;

	part();
	at = (uintptr_t)own;
	if (!own || !own->nr_maps || !files_note(&own->files))
		return;
	getcontext(&own->parked);
	own->parked.uc_stack.ss_sp = own->stack;
	own->parked.uc_stack.ss_size = sizeof(own->stack);
	own->parked.uc_link = NULL;
	makecontext(&own->parked, (void (*)(void))wait_for_parent, 2, (unsigned int)(at >> 32),
		    (unsigned int)at);
	own->thread = pthread_self();
	own->child = getpid();
}

/**
 * rewind_child_goes_on() - mend what is not the same in parent and child
 *
 * Context: the child, with its parent's memory, as after fork().
 */
void rewind_child_goes_on(void)
{
	pid_t *tid = NULL;

	part();
	/* The C library's record of the thread's ID */
	if (!prctl(PR_GET_TID_ADDRESS, &tid) && tid)
		*tid = gettid();
}

/**
 * rewind_waits() - check if the child that has stopped is done
 *
 * Context: the parent, whose child has stopped.
 * Return: true if it waits in rewind_park(), false if somebody else has stopped it.
 */
bool rewind_waits(void)
{
	return meeting && __atomic_load_n(&meeting->waits, __ATOMIC_ACQUIRE);
}

/**
 * rewind_code() - get what the child has ended with
 *
 * Context: the parent, after rewind_waits().
 * Return: the exit code that rewind_park() was called with.
 */
int rewind_code(void)
{
	return meeting->code;
}

static void end_thread(int sig)
{
	(void)sig;
	syscall(SYS_exit, 0);
}

static int ask_to_end(int tid)
{
	syscall(SYS_tgkill, getpid(), tid, SIGUSR1);
	return 1;
}

static bool alone(void)
{
	const struct sigaction end = { .sa_handler = end_thread };
	int times, others = -1;

	if (sigaction(SIGUSR1, &end, NULL))
		return false;
	for (times = 0; times < 1000 && (others = host_each_thread(ask_to_end)) > 0; times++)
		sched_yield();
	return !others;
}

static uintptr_t shadow_of(uintptr_t at)
{
	return (at >> scale) + offset;
}

/*
 * What ASan knows of a range that goes: it may have been heap, and what is mapped there next
 * need not be. A page of the shadow also covers what is beside the range.
 */
static void forget_shadow(unsigned long start, unsigned long end)
{
	uintptr_t at = shadow_of(start), stop = shadow_of(end);

	if (!offset)
		return;
	for (; at < stop && at % PAGE; at++)
		*(volatile char *)at = 0;
	for (; at < stop && stop % PAGE; stop--)
		*(volatile char *)(stop - 1) = 0;
	if (at < stop)
		syscall(SYS_madvise, at, stop - at, MADV_DONTNEED);
}

/* What was mapped since goes */
static bool drop_maps(void)
{
	unsigned int nr = maps_read(own->now, MOST_MAPS, own->text);

	return nr && maps_go_back(own->now, nr, own->maps, own->nr_maps, forget_shadow);
}

/**
 * rewind_park() - wait until the parent wants another run of this child
 * @code: result of this one
 *
 * Context: the thread that fork() returned in; no child waits for another run. Returns if
 * the process cannot go on for another run, and is to end.
 */
void rewind_park(int code)
{
	if (!own || own->child != getpid() || gettid() != getpid())
		return;
	if (!alone() || !drop_maps())
		return;
	files_go_back(&own->files);
	own->code = code;
	setcontext(&own->parked);
}

static bool flush_vectors(void)
{
	unsigned int nr = copy.nr, i;
	size_t want = 0;
	ssize_t done;

	copy.nr = 0;
	for (i = 0; i < nr; i++)
		want += copy.vec[i].iov_len;
	if (!nr)
		return true;
	/* Not by the C library's name for it, as ASan would judge what is copied */
	done = syscall(SYS_process_vm_writev, copy.to, copy.vec, nr, copy.vec, nr, 0);
	/* Some containers do not allow it */
	forbidden = done < 0 && (errno == EPERM || errno == ENOSYS);
	return done == (ssize_t)want;
}

/* Adds a page to the last range or as a new one; false if there is no room. */
static bool append(struct iovec *ranges, unsigned int *nr, unsigned int most, uintptr_t at)
{
	struct iovec *last = *nr ? &ranges[*nr - 1] : NULL;

	if (last && (uintptr_t)last->iov_base + last->iov_len == at) {
		last->iov_len += PAGE;
		return true;
	}
	if (*nr == most)
		return false;
	ranges[(*nr)++] = (struct iovec) { .iov_base = (void *)at, .iov_len = PAGE };
	return true;
}

static bool add_page(uintptr_t at)
{
	return append(copy.vec, &copy.nr, VECTORS, at) ||
		(flush_vectors() && append(copy.vec, &copy.nr, VECTORS, at));
}

static bool add_zero(uintptr_t at)
{
	return append(meeting->zero, &meeting->nr_zero, MOST_ZERO, at);
}

static bool is_anon(uint64_t entry)
{
	return entry & (PM_PRESENT | PM_SWAP) && !(entry & PM_FILE);
}

static bool is_alone(uint64_t entry)
{
	return is_anon(entry) && entry & (PM_EXCLUSIVE | PM_SWAP);
}

/* What is not there in the parent is zero, but of a file */
static bool copy_part(uintptr_t at, unsigned long nr, bool of_file)
{
	const uint64_t *ours = meeting->ours, *theirs = meeting->theirs;
	unsigned long i;

	for (i = 0; i < nr; i++, at += PAGE) {
		if (!(ours[i] | theirs[i]))
			continue;
		if (!is_alone(ours[i]) && !is_alone(theirs[i]) && is_anon(ours[i]) == is_anon(theirs[i]))
			continue;
		if (++copy.pages > MOST_PAGES)
			return false;
		if (ours[i] || of_file ? !add_page(at) : !add_zero(at))
			return false;
	}
	return true;
}

static bool copy_range(uintptr_t start, uintptr_t end, bool of_file)
{
	unsigned long nr;
	size_t size;
	off_t at;

	for (start &= -PAGE; start < end; start += nr * PAGE) {
		nr = (end - start + PAGE - 1) / PAGE;
		if (nr > AT_A_TIME)
			nr = AT_A_TIME;
		at = start / PAGE * sizeof(*meeting->ours);
		size = nr * sizeof(*meeting->ours);
		if (pread(copy.ours, meeting->ours, size, at) != (ssize_t)size ||
		    pread(copy.theirs, meeting->theirs, size, at) != (ssize_t)size ||
		    !copy_part(start, nr, of_file))
			return false;
	}
	return true;
}

/* An address of a process has 47 bits on x86-64 */
static bool is_shadow(const struct map *map)
{
	return offset && map->start >= offset && map->start < shadow_of(1ul << 47);
}

static bool copy_maps(void)
{
	const struct map *map;

	for (map = meeting->maps; map < meeting->maps + meeting->nr_maps; map++) {
		if (!(map->flags & MAP_WRITES) || !(map->flags & MAP_OWN) || is_shadow(map))
			continue;
		if (!copy_range(map->start, map->end, map->flags & MAP_NAMED))
			return false;
		if (offset && !copy_range(shadow_of(map->start), shadow_of(map->end), false))
			return false;
	}
	return flush_vectors();
}

static bool has_same_maps(void)
{
	unsigned int i, nr = maps_read(meeting->now, MOST_MAPS, meeting->text);

	if (nr != meeting->nr_maps)
		return false;
	for (i = 0; i < nr; i++)
		if (meeting->now[i].start != meeting->maps[i].start ||
		    meeting->now[i].end != meeting->maps[i].end ||
		    meeting->now[i].flags != meeting->maps[i].flags)
			return false;
	return true;
}

/**
 * rewind_copy() - give a child of this process the memory that this process has
 * @child: its pid; it waits in rewind_park()
 *
 * It goes on at rewind_to, with SIGCONT.
 *
 * Return: false if that cannot be done: then the child is of no more use.
 */
bool rewind_copy(pid_t child)
{
	static char name[32];
	bool done;

	if (meeting->thread != pthread_self() || !has_same_maps())
		return false;
	meeting->nr_zero = 0;
	copy = (struct copy) { .to = child };
	snprintf(name, sizeof(name), "/proc/%d/pagemap", child);
	copy.ours = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	copy.theirs = open(name, O_RDONLY | O_CLOEXEC);
	done = copy.ours >= 0 && copy.theirs >= 0 && copy_maps();
	close(copy.ours);
	close(copy.theirs);
	if (done)
		__atomic_store_n(&meeting->waits, 0, __ATOMIC_RELEASE);
	return done;
}

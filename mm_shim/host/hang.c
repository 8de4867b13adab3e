// SPDX-License-Identifier: GPL-2.0
/*
 * The stacks of all threads of a process that is ended because it hangs, as the kernel
 * prints them for hung tasks. No memory is allocated, since the allocator may hang.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <shim/host.h>

#include "ending.h"
#include "place.h"

#define FIRST_ASKED	SIGALRM
#define OTHERS_ASKED	SIGUSR2

static int answers;
static int ends_by = FIRST_ASKED;

static void say(const char *text)
{
	host_log(text, strlen(text));
}

static void say_where(const void *context)
{
	void *frames[32];
	char name[16] = "", text[64];

	prctl(PR_GET_NAME, name);
	snprintf(text, sizeof(text), "%s hangs in\n", name);
	say(text);
	host_print_frames(frames, host_context_backtrace(context, frames, 32));
	__atomic_add_fetch(&answers, 1, __ATOMIC_RELEASE);
}

/**
 * host_each_thread() - call a function for each other thread of this process
 * @fn: the function; the argument is the thread's ID, as gettid() returns it
 *
 * Allocates no memory.
 *
 * Context: any, a signal's handler too; one thread at a time.
 * Return: the sum of what @fn returned, or -1 if /proc cannot be read.
 */
int host_each_thread(int (*fn)(int tid))
{
	static _Alignas(struct dirent64) char buf[1 << 14];
	int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : getdents64(fd, buf, sizeof(buf)), at;
	struct dirent64 *entry;
	int sum = 0;

	if (fd >= 0)
		close(fd);
	if (len < 0)
		return -1;
	for (at = 0; at < len; at += entry->d_reclen) {
		entry = (void *)(buf + at);
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != gettid())
			sum += fn(atoi(entry->d_name));
	}
	return sum;
}

/* Asks another thread to print its stack; 1 if the thread exists and does not answer. */
static int ask_thread(int tid)
{
	int before = __atomic_load_n(&answers, __ATOMIC_ACQUIRE), ms;

	if (tgkill(getpid(), tid, OTHERS_ASKED))
		return 0;
	for (ms = 0; ms < 100 && __atomic_load_n(&answers, __ATOMIC_ACQUIRE) == before; ms++)
		usleep(1000);
	return ms == 100;
}

static void ask_others(void)
{
	if (host_each_thread(ask_thread) > 0)
		say("others do not answer: TSan keeps the signal from who loops, and its own threads\n");
}

/* The signal that is raised below ends the process, or alarm()'s if this hangs, too. */
static void first_asked(int sig, siginfo_t *info, void *context)
{
	(void)info;
	alarm(HOST_HANG_WORDS - 1);
	host_note_place();
	say_where(context);
	ask_others();
	(void)sig;
	raise(ends_by);
}

static void other_asked(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	if (host_thread_ended())
		__atomic_add_fetch(&answers, 1, __ATOMIC_RELEASE);
	else
		say_where(context);
}

/**
 * host_hang_watch() - have the stacks of all threads printed before SIGALRM ends the process
 *
 * Context: before host_limit(); once in a process, and its children inherit it.
 */
void host_hang_watch(void)
{
	const struct sigaction first = {
		.sa_sigaction = first_asked,
		.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_NODEFER,
	};
	const struct sigaction other = {
		.sa_sigaction = other_asked,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};

	sigaction(FIRST_ASKED, &first, NULL);
	sigaction(OTHERS_ASKED, &other, NULL);
}

/**
 * host_sleeps_for_good() - end a process in which all threads are parked for good
 *
 * It prints the stacks of all threads, as host_hang_watch() has them printed, and ends the
 * process by the signal HOST_HANGS.
 *
 * Context: the thread that has parked last.
 */
void host_sleeps_for_good(void)
{
	say("all threads sleep, and none is left to wake one\n");
	ends_by = HOST_HANGS;
	raise(FIRST_ASKED);
}

/**
 * host_limit() - limit the CPU time of this process: SIGALRM comes when it is used up
 * @seconds: of CPU time, of all threads together; 0 for no limit
 *
 * SIGALRM also comes after HOST_WALL_LIMIT times as many seconds of wall-clock time, for a
 * process that sleeps and is never woken. The load of the host makes no difference to the
 * first limit, and little to the second.
 *
 * Context: after host_hang_watch(). A child of fork() has no limit.
 */
void host_limit(unsigned int seconds)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	const struct itimerspec at = { .it_value.tv_sec = seconds };
	static timer_t timer;
	static pid_t owner;

	alarm(seconds * HOST_WALL_LIMIT);
	if (!seconds) {
		if (owner == getpid())
			timer_delete(timer);
		owner = 0;
		return;
	}
	if (owner != getpid() && timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer))
		host_lacks("no timer for the limit of CPU time");
	owner = getpid();
	timer_settime(timer, 0, &at, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* Time, crashes, and the end of the process. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <shim/host.h>

#include "place.h"

/**
 * host_time_ns() - read CLOCK_MONOTONIC
 *
 * Context: any.
 * Return: nanoseconds.
 */
unsigned long long host_time_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

#define MOST_WORDS	4

static void (*last_words[MOST_WORDS])(void);

static void say_last_words(void)
{
	int i;

	for (i = 0; i < MOST_WORDS && last_words[i]; i++)
		last_words[i]();
}

/**
 * host_die() - end the process, as nothing after this point could be trusted
 * @why: one line, logged with the stack and given as the case's reason
 *
 * Context: any thread. Does not return.
 */
void host_die(const char *why)
{
	host_reason(why);
	host_log(why, strlen(why));
	host_log("\n", 1);
	host_print_stack();
	say_last_words();
	abort();
}

static pid_t first;

static void __attribute__((constructor)) note_first(void)
{
	first = getpid();
}

/**
 * host_lacks() - end the process, as the environment lacks something that it needs
 * @what: one line, logged
 *
 * This is no result of the case: the program ends with exit code 2, for the environment.
 *
 * Context: any thread. Does not return.
 */
void host_lacks(const char *what)
{
	host_log("environment: ", 13);
	host_log(what, strlen(what));
	host_log("\n", 1);
	_exit(getpid() == first ? 2 : HOST_LACKS);
}

/* Function of the sanitizers' runtime: has @fn called after a report. */
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

static void dying(void)
{
	host_note_place();
	say_last_words();
}

static void crash(int sig, siginfo_t *info, void *context)
{
	void *frames[32];
	char text[80];

	snprintf(text, sizeof(text), "SIG%s at address %p\n", sigabbrev_np(sig), info->si_addr);
	host_log(text, strlen(text));
	host_print_frames(frames, host_context_backtrace(context, frames, 32));
	dying();
	raise(sig);
}

/* Handlers for a binary without a sanitizer; a sanitizer has its own. */
static void catch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE };
	static char room[1 << 16];	/* for an overflow of the stack */
	const stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };
	const struct sigaction action = {
		.sa_sigaction = crash,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER,
	};
	size_t i;

	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/**
 * host_watch_death() - have a crash note its place and call the functions of host_last_words()
 *
 * Context: once in a process is enough, and its children inherit it.
 */
void host_watch_death(void)
{
	static int watched;

	if (watched)
		return;
	watched = 1;
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(dying);
	else
		catch_crashes();
}

/**
 * host_last_words() - have a function called if the process dies
 * @fn: writes to the log. Called after host_die(), a sanitizer or, without one, the handler
 *	of a fatal signal has logged why, and after functions that were given before.
 *
 * Context: no other thread calls it. @fn may be called by a signal's handler. MOST_WORDS
 * functions are kept; a further one takes the place of the last.
 */
void host_last_words(void (*fn)(void))
{
	int i;

	for (i = 0; i < MOST_WORDS - 1 && last_words[i] && last_words[i] != fn; i++)
		;
	last_words[i] = fn;
	host_watch_death();
}

/* Called by the stubs of mm_shim/stubs.list. */
void shim_stub_called(const char *name) __attribute__((noreturn));

void shim_stub_called(const char *name)
{
	char text[160];

	snprintf(text, sizeof(text), "%s() is a stub of mm_shim/stubs.list and was called", name);
	host_die(text);
}

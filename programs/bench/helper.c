// SPDX-License-Identifier: GPL-2.0
/*
 * The process that does the host's half. vma_bench starts itself once more for
 * it, because a fork of its own process would copy the machine's memory too.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/host.h>

#include "helper.h"
#include "hostside.h"
#include "broken.h"

extern char **environ;

struct bench_request {
	enum bench_kind kind;
	unsigned long cycles;
};

static pid_t pid;
static int sock;

static void get(int fd, void *to, size_t size)
{
	ssize_t n = recv(fd, to, size, MSG_WAITALL);

	if (n != (ssize_t)size)
		broken("the host's half of the bench has ended early");
}

static void put(int fd, const void *from, size_t size)
{
	if (send(fd, from, size, MSG_NOSIGNAL) != (ssize_t)size)
		broken("the host's half of the bench has ended early");
}

/**
 * helper_start() - start the helper
 *
 * Return: what its address space has.
 */
struct census helper_start(void)
{
	char *argv[] = { program_invocation_short_name, HOST_OPTION, NULL };
	posix_spawn_file_actions_t actions;
	struct census census;
	int fds[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		broken("cannot make a socket pair: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDIN_FILENO);
	err = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environ);
	if (err)
		broken("cannot start the host's half of the bench: %s", strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	sock = fds[0];
	get(sock, &census, sizeof(census));
	return census;
}

/**
 * helper_run() - let the host kernel go through a cycle many times
 * @kind: which
 * @cycles: how often
 *
 * Return: the time that it took, in nanoseconds.
 */
unsigned long long helper_run(enum bench_kind kind, unsigned long cycles)
{
	struct bench_request request;
	unsigned long long ns;

	memset(&request, 0, sizeof(request));
	request.kind = kind;
	request.cycles = cycles;
	put(sock, &request, sizeof(request));
	get(sock, &ns, sizeof(ns));
	return ns;
}

/**
 * helper_stop() - end the helper
 */
void helper_stop(void)
{
	close(sock);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/**
 * helper_main() - what the helper does, until its socket is closed
 *
 * Return: the exit code.
 */
int helper_main(void)
{
	struct bench_request request;
	struct census census;
	ssize_t n;

	hostside_setup();
	census = hostside_census();
	if (send(STDIN_FILENO, &census, sizeof(census), MSG_NOSIGNAL) < 0)
		broken(HOST_OPTION " is how the bench starts itself, standard input is no socket");
	for (;;) {
		unsigned long long ns;

		n = recv(STDIN_FILENO, &request, sizeof(request), MSG_WAITALL);
		if (n != sizeof(request))
			return n ? EXIT_BROKEN : 0;
		ns = host_time_ns();
		hostside_run(request.kind, request.cycles);
		ns = host_time_ns() - ns;
		put(STDIN_FILENO, &ns, sizeof(ns));
	}
}

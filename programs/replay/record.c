// SPDX-License-Identifier: GPL-2.0
/* A program of the host under strace, for a time and without a network: a reproducer in C. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replayer.h"

static volatile sig_atomic_t late;

static void on_alarm(int sig)
{
	(void)sig;
	late = 1;
}

/* The words of strace before those of the program. */
static const char *const words[] = {
	"strace", "-f", "-y", "-q", "-e", "trace=%memory,%process,?userfaultfd,?prctl,?process_madvise",
	"-e", "signal=none", "-o",
};

static void __noreturn child(char **command, const char *path)
{
	const size_t nr = ARRAY_SIZE(words);
	char **argv;
	size_t len;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* root needs no namespace of users for it, others do */
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		fprintf(stderr, "%s: --run: cannot take the network away: %s\n",
			program_invocation_short_name, strerror(errno));
		_exit(126);
	}
	for (len = 0; command[len]; len++)
		;
	argv = xcalloc(nr + len + 3, sizeof(*argv));
	memcpy(argv, words, sizeof(words));
	argv[nr] = (char *)path;
	argv[nr + 1] = "--";
	memcpy(argv + nr + 2, command, len * sizeof(*argv));
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: --run: cannot start strace: %s\n", program_invocation_short_name,
		strerror(errno));
	_exit(127);
}

static bool is_empty(const char *path)
{
	FILE *f = fopen(path, "r");
	bool is = !f || fgetc(f) == EOF;

	if (f)
		fclose(f);
	return is;
}

/**
 * record() - run a program of the host under strace
 * @command: the program and its arguments
 * @seconds: it is killed after so many
 *
 * It has no network, and /dev/null to read from. What it returns is of no matter: many
 * reproducers crash, and those that run for ever are killed.
 *
 * Return: the path of the trace, which the caller removes.
 */
char *record(char **command, unsigned int seconds)
{
	const char *dir = getenv("TMPDIR");
	char *path = xasprintf("%s/vma_replay.XXXXXX", dir && *dir ? dir : "/tmp");
	struct sigaction action = { .sa_handler = on_alarm };
	int fd = mkstemp(path), status = 0;
	pid_t pid;

	if (fd < 0)
		die("cannot make %s: %s", path, strerror(errno));
	close(fd);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("cannot start a process: %s", strerror(errno));
	if (!pid)
		child(command, path);
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		if (late)
			kill(-pid, SIGKILL);
	alarm(0);
	/* what it has started and left behind */
	kill(-pid, SIGKILL);
	if (late)
		fprintf(stderr, "%s: %s was ended after %u seconds (--seconds)\n",
			program_invocation_short_name, command[0], seconds);
	if (is_empty(path)) {
		unlink(path);
		die("--run: strace has recorded nothing of %s", command[0]);
	}
	return path;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The first guest, and the process that stands for init where guests live: a PID namespace, which
 * ends with it, as it ends with the supervisor.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

char **program;

static pid_t init;
static int status_fd, guest_result = -1;

static void set_signals(void (*how)(int))
{
	signal(SIGINT, how);
	signal(SIGQUIT, how);
}

/* The guest's first process: its filter, and then the program. */
static void __noreturn first(int tell, int go)
{
	const struct rlimit none = { 0, 0 };
	int fd;
	char c;

	set_signals(SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);	/* a core dump asks nobody for its pages */
	fd = filter_install();
	if (write(tell, &fd, sizeof(fd)) != sizeof(fd) || fd < 0 || read(go, &c, 1) != 1)
		_exit(126);
	close(tell);
	close(go);
	execv(program[0], program + 1);
	_exit(126);
}

/* Process 1 of the namespace: with its end all others are killed. */
static void __noreturn run_init(int tell, int go, int status_to)
{
	int status;
	pid_t pid, got;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "vma_run_init");
	if (!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		(void)!mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
	/* it would be of the host's address space */
	(void)!mount("/dev/null", "/dev/userfaultfd", NULL, MS_BIND, NULL);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(status_to);
		first(tell, go);
	}
	close(tell);
	close(go);
	do {
		got = waitpid(-1, &status, __WALL);
	} while (got != pid && (got > 0 || errno == EINTR));
	(void)!write(status_to, &status, sizeof(status));
	_exit(0);
}

static void write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, text, strlen(text));
		close(fd);
	}
}

/* An ordinary user is root of a namespace of users, and itself there. */
static void map_ids(pid_t pid)
{
	char *uid = xasprintf("%d %d 1", geteuid(), geteuid()), *gid = xasprintf("%d %d 1", getegid(), getegid());

	write_file(pid, "setgroups", "deny");
	write_file(pid, "uid_map", uid);
	write_file(pid, "gid_map", gid);
	free(uid);
	free(gid);
}

/* Descriptor @fd of the first guest, which is the only child of @init. */
static int take_listener(int fd)
{
	char path[64];
	int pid = 0, pidfd, got;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", init, init);
	f = fopen(path, "re");
	if (f) {
		if (fscanf(f, "%d", &pid) != 1)
			pid = 0;
		fclose(f);
	}
	pidfd = pidfd_open(pid, 0);
	got = pidfd < 0 ? -1 : pidfd_getfd(pidfd, fd, 0);
	close(pidfd);
	return got;
}

/**
 * guest_start() - start the program of the command line
 *
 * It waits until its calls are served.
 *
 * Return: 0, or -1 where the host lacks something.
 */
int guest_start(void)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | SIGCHLD | (geteuid() ? CLONE_NEWUSER : 0);
	int tell[2], go[2], status[2], fd;

	if (pipe2(tell, O_CLOEXEC) || pipe2(go, O_CLOEXEC) || pipe2(status, O_CLOEXEC))
		return -1;
	set_signals(SIG_IGN);
	init = syscall(SYS_clone, flags, 0, 0, 0, 0);
	if (init < 0) {
		say("environment: cannot make a PID namespace: %s", strerror(errno));
		return -1;
	}
	if (!init)
		run_init(tell[1], go[0], status[1]);
	close(tell[1]);
	close(go[0]);
	close(status[1]);
	if (geteuid())
		map_ids(init);
	if (read(tell[0], &fd, sizeof(fd)) != sizeof(fd) || fd < 0) {
		say("environment: seccomp does not give a listener: %s; is it a kernel of 5.19 or later?",
		    strerror(-fd));
		kill(init, SIGKILL);
		return -1;
	}
	listener_fd = take_listener(fd);
	if (listener_fd < 0) {
		say("environment: the listener of seccomp cannot be taken: %s", strerror(errno));
		kill(init, SIGKILL);
		return -1;
	}
	(void)!write(go[1], "", 1);
	close(tell[0]);
	close(go[1]);
	status_fd = status[0];
	return 0;
}

/**
 * guest_wait() - wait until the program has ended, and all that it has started with it
 */
void guest_wait(void)
{
	int status;

	if (read(status_fd, &guest_result, sizeof(guest_result)) != sizeof(guest_result))
		guest_result = -1;
	waitpid(init, &status, 0);
}

static volatile sig_atomic_t ended_by;

/**
 * guest_end() - end all guests
 * @why: the signal that wants it, for guest_ended()
 *
 * Context: any, a signal's handler included.
 */
void guest_end(int why)
{
	ended_by = why;
	if (init > 0)
		kill(init, SIGKILL);
}

/**
 * guest_ended() - the signal that guest_end() was called for
 *
 * Return: the signal, or 0.
 */
int guest_ended(void)
{
	return ended_by;
}

/**
 * guest_status() - how the program has ended
 *
 * Return: as of waitpid(), or -1.
 */
int guest_status(void)
{
	return guest_result;
}

// SPDX-License-Identifier: GPL-2.0
/* vma_run: a program of the host on the code under test; see docs/hosted.md. */
#define _GNU_SOURCE 1
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "arena.h"
#include "guest.h"
#include "log.h"
#include "util.h"

/* The machine's log, which nobody wants to read where all is well. */
static char text[1 << 20];
static size_t text_len;

static void keep_text(const char *more, unsigned long len)
{
	size_t at = __atomic_fetch_add(&text_len, len, __ATOMIC_RELAXED);

	if (at + len <= sizeof(text))
		memcpy(text + at, more, len);
}

static void print_text(void)
{
	(void)!write(STDERR_FILENO, text, text_len < sizeof(text) ? text_len : sizeof(text));
	text_len = 0;
}

static const struct log_sink sink = { .text = keep_text };

/* A sanitizer, or the kernel's BUG(): the guests end with this process. */
static void dying(void)
{
	print_text();
	report_last();
	_exit(EXIT_TESTS_FAILED);
}

static char *find_program(const char *name)
{
	const char *path = getenv("PATH") ?: "/usr/bin:/bin", *end;
	char *at;

	if (strchr(name, '/'))
		return strdup(name);
	for (; *path; path = *end ? end + 1 : end) {
		end = strchrnul(path, ':');
		at = xasprintf("%.*s/%s", (int)(end - path), path, name);
		if (!access(at, X_OK))
			return at;
		free(at);
	}
	die("cannot run %s: No such file or directory", name);
}

/* Say what the guest's execve() could not: its errno is for the guest. */
static void check_program(const char *path)
{
	char line[256] = "", *end;
	struct stat st;
	int fd;

	if (stat(path, &st) || access(path, X_OK))
		die("cannot run %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		die("cannot run %s: it is no file", path);
	if (st.st_mode & (S_ISUID | S_ISGID) && geteuid())
		fprintf(stderr, "vma_run: %s runs without the rights of its owner\n", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)!pread(fd, line, sizeof(line) - 1, 0);
	close(fd);
	if (!memcmp(line, ELFMAG, SELFMAG)) {
		if (line[EI_CLASS] != ELFCLASS64)
			die("cannot run %s: it is a program of 32 bits", path);
		return;
	}
	if (line[0] != '#' || line[1] != '!')
		die("cannot run %s: it is neither an ELF program nor a script with an interpreter", path);
	end = line + 2 + strspn(line + 2, " \t");
	end[strcspn(end, " \t\n")] = '\0';
	if (access(end, X_OK))
		die("cannot run %s: its interpreter %s: %s", path, end, strerror(errno));
}

static void check_host(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int dev = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC), fd;

	if (dev < 0)
		die("environment: /dev/userfaultfd: %s; load it, or give the right to open it", strerror(errno));
	fd = ioctl(dev, USERFAULTFD_IOC_NEW, O_CLOEXEC);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		die("environment: userfaultfd: %s", strerror(errno));
	if (!(api.features & UFFD_FEATURE_MINOR_SHMEM) || !(api.features & UFFD_FEATURE_WP_HUGETLBFS_SHMEM))
		die("environment: userfaultfd lacks write protection or minor faults of shmem: a kernel of 5.19 or later has them");
	close(fd);
	close(dev);
}

/* The guests end, and the run with them, with its report. */
static void end_by_signal(int sig)
{
	guest_end(sig);
}

/**
 * main() - run a program
 * @argc: number of arguments
 * @argv: the arguments, see the --help text
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	char **args = options_parse(argc, argv), *path;
	const struct shim_options shim = { .seed = 1, .mode = opt.mode, .mib = opt.mib };
	const struct shim_case *cases;
	enum shim_result result;
	unsigned int nr, lazy = !strcmp(opt.mode, "lazy");
	int status;

	path = find_program(args[0]);
	check_program(path);
	check_host();
	nr = shim_case_list(&cases);
	if (lazy >= nr)
		die("--mode=lazy: this build has no lazy mode");
	program = xcalloc(argc + 2, sizeof(*program));
	program[0] = path;
	for (nr = 0; args[nr]; nr++)
		program[nr + 1] = args[nr];
	arena_fd = memfd_create("vma_run", MFD_CLOEXEC);
	if (arena_fd < 0)
		die("environment: memfd_create: %s", strerror(errno));
	host_arena_share(arena_fd);
	log_set_sink(&sink);
	host_last_words(dying);
	shim_boot(&shim);
	serve();
	agent_prepare(opt.mib << 20);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, end_by_signal);
	if (opt.seconds) {
		signal(SIGALRM, end_by_signal);
		alarm(opt.seconds);
	}
	result = shim_run_case(lazy);
	if (result == SHIM_FAIL) {
		print_text();
		report_last();
	}
	if (guest_ended() == SIGALRM)
		say("%s was ended after %lu seconds (--seconds)", args[0], opt.seconds);
	status = guest_status();
	if (status == -1)
		return guest_ended() ? EXIT_SIGNAL + (guest_ended() == SIGALRM ? SIGKILL : guest_ended()) : EXIT_USAGE;
	guests_each(report_guest);
	if (!opt.quiet)
		report(args[0], result == SHIM_FAIL);
	if (result == SHIM_FAIL)
		return EXIT_TESTS_FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNAL + WTERMSIG(status);
}

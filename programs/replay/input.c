// SPDX-License-Identifier: GPL-2.0
/* Traces as they are, or compressed. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replayer.h"

static const struct {
	const char *magic, *program;
	size_t len;
} formats[] = {
	{ "\x1f\x8b", "gzip", 2 },
	{ "\xfd" "7zXZ", "xz", 5 },
	{ "\x28\xb5\x2f\xfd", "zstd", 4 },
};

static pid_t unpacker;
static const char *program;

/* A reader of the lines of a file. */
static FILE *unpacked(int fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		die("cannot make a pipe: %s", strerror(errno));
	unpacker = fork();
	if (unpacker < 0)
		die("cannot start %s: %s", program, strerror(errno));
	if (!unpacker) {
		dup2(fd, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		/* what it has to say is said by input_close(), in one line */
		close(STDERR_FILENO);
		open("/dev/null", O_WRONLY);
		execlp(program, program, "-dc", NULL);
		_exit(127);
	}
	close(ends[1]);
	close(fd);
	return fdopen(ends[0], "r");
}

/* Opens a file, and finds the program that unpacks it, if it is packed. */
static int open_and_look(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[8] = "";
	ssize_t len;
	size_t i;

	if (fd < 0)
		die("cannot read %s: %s", path, strerror(errno));
	len = pread(fd, magic, sizeof(magic), 0);
	if (len < 0 && errno != ESPIPE)
		die("cannot read %s: %s", path, strerror(errno));
	program = NULL;
	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (len >= (ssize_t)formats[i].len && !memcmp(magic, formats[i].magic, formats[i].len))
			program = formats[i].program;
	return fd;
}

/**
 * input_can_unpack() - check for the program that unpacks a trace
 * @path: of a file that can be read
 *
 * Return: true if there is one in PATH, or none is needed.
 */
bool input_can_unpack(const char *path)
{
	char *dirs = strdup(getenv("PATH") ?: ""), *rest = dirs, *dir, *name;
	bool found;

	close(open_and_look(path));
	found = !program;
	while (!found && (dir = strsep(&rest, ":"))) {
		name = xasprintf("%s/%s", dir, program);
		found = !access(name, X_OK);
		free(name);
	}
	free(dirs);
	return found;
}

/**
 * input_open() - open a trace
 * @path: plain, or packed by gzip, xz or zstd
 */
FILE *input_open(const char *path)
{
	int fd = open_and_look(path);

	return program ? unpacked(fd) : fdopen(fd, "r");
}

/**
 * input_close() - close a trace, read to its end or not
 * @from: of input_open()
 * @path: its name
 *
 * A file that could not be unpacked to its end is said to be so, and ends the program.
 */
void input_close(FILE *from, const char *path)
{
	char rest[4096];
	int status = 0;

	/* or a pipe that nobody reads would be what stops the other program */
	while (unpacker > 0 && fread(rest, 1, sizeof(rest), from) > 0)
		;
	fclose(from);
	if (unpacker <= 0)
		return;
	waitpid(unpacker, &status, 0);
	unpacker = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		die("%s is packed by %s, which is not installed", path, program);
	if (status)
		die("%s is damaged or not whole: %s cannot unpack it", path, program);
}

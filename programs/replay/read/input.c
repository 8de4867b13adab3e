// SPDX-License-Identifier: GPL-2.0
/* Files as they are, compressed, or from a pipe; several in the order of their times. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input.h"

#define MAX_PATHS	512

/**
 * struct source - a file
 * @path: its name
 * @from: it, or a copy without a name of what can be read only once
 * @line: the one that is next, or NULL
 * @room: of @line
 * @nr: its number
 * @when: its time, where there are several files
 * @pid: the process, by the end of the file's name, where there are several files
 * @cut: @line is the last, and no newline ends it
 */
struct source {
	const char *path;
	FILE *from;
	char *line;
	size_t room;
	unsigned int nr;
	double when;
	long pid;
	bool cut;
};

struct trace_input {
	struct source *files;
	unsigned int nr, now, line;
	char *text;	/* what input_line() has returned */
	size_t room;
	bool cut;	/* that has no end */
};

static const struct {
	const char *magic, *program;
	size_t len;
} formats[] = {
	{ "\x1f\x8b", "gzip", 2 },
	{ "\xfd" "7zXZ", "xz", 5 },
	{ "\x28\xb5\x2f\xfd", "zstd", 4 },
};

static const char *program_for(const char *magic, ssize_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (len >= (ssize_t)formats[i].len && !memcmp(magic, formats[i].magic, formats[i].len))
			return formats[i].program;
	return NULL;
}

static FILE *new_copy(void)
{
	FILE *copy = tmpfile();

	if (!copy)
		die("cannot make a temporary file: %s", strerror(errno));
	return copy;
}

/* Copy standard input or another pipe, which can be read only once. */
static int copy_of(int fd, const char *path)
{
	FILE *copy = new_copy();
	char buf[65536];
	ssize_t len;
	int to;

	while ((len = read(fd, buf, sizeof(buf))) > 0)
		if (fwrite(buf, 1, len, copy) != (size_t)len)
			die("cannot write a temporary file: %s", strerror(errno));
	if (len < 0)
		die("cannot read %s: %s", path, strerror(errno));
	if (fflush(copy))
		die("cannot write a temporary file: %s", strerror(errno));
	to = dup(fileno(copy));
	fclose(copy);
	close(fd);
	lseek(to, 0, SEEK_SET);
	return to;
}

static int unpacked(int fd, const char *path, const char *program)
{
	FILE *copy = new_copy();
	int status = 0, to;
	pid_t pid = fork();

	if (pid < 0)
		die("cannot start %s: %s", program, strerror(errno));
	if (!pid) {
		dup2(fd, STDIN_FILENO);
		dup2(fileno(copy), STDOUT_FILENO);
		/* what it has to say is said below, in one line */
		close(STDERR_FILENO);
		open("/dev/null", O_WRONLY);
		execlp(program, program, "-dc", NULL);
		_exit(127);
	}
	close(fd);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		die("%s is packed by %s, which is not installed", path, program);
	if (status)
		die("%s is damaged or not whole: %s cannot unpack it", path, program);
	to = dup(fileno(copy));
	fclose(copy);
	lseek(to, 0, SEEK_SET);
	return to;
}

/* Opens a file, and finds the program that unpacks it, if it is packed. */
static int open_and_look(const char *path, const char **program)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	char magic[8] = "";
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(fd, &st))
		die("cannot read %s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		die("cannot read %s: %s", path, strerror(EISDIR));
	if (!S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR))
		fd = copy_of(fd, path);
	len = pread(fd, magic, sizeof(magic), 0);
	if (len < 0)
		die("cannot read %s: %s", path, strerror(errno));
	*program = program_for(magic, len);
	return fd;
}

/**
 * input_can_unpack() - check for the program that unpacks a file
 * @path: of a file that can be read
 *
 * Return: true if there is one in PATH, or none is needed.
 */
bool input_can_unpack(const char *path)
{
	char *dirs = strdup(getenv("PATH") ?: ""), *rest = dirs, *dir, *name;
	const char *program;
	bool found;

	close(open_and_look(path, &program));
	found = !program;
	while (!found && (dir = strsep(&rest, ":"))) {
		name = xasprintf("%s/%s", dir, program);
		found = !access(name, X_OK);
		free(name);
	}
	free(dirs);
	return found;
}

/* Return the process that strace -ff has put at the end of the name. */
static long pid_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	char *end;
	long pid;

	if (!dot || !isdigit((unsigned char)dot[1]))
		die("%s: one file of several, whose name does not end in .PID as with strace -ff", path);
	pid = strtol(dot + 1, &end, 10);
	if (*end && *end != '.')
		die("%s: one file of several, whose name does not end in .PID as with strace -ff", path);
	return pid;
}

/* "12:34:56.789012" or "1700000000.123456", in seconds. */
static bool read_time(const char *line, double *when)
{
	unsigned int hours, minutes;
	double seconds;

	if (sscanf(line, "%2u:%2u:%lf", &hours, &minutes, &seconds) == 3)
		*when = hours * 3600.0 + minutes * 60.0 + seconds;
	else if (sscanf(line, "%lf", when) != 1 || *when < 100000)
		return false;
	return true;
}

static void next_of(struct trace_input *in, struct source *f)
{
	double before = f->when;
	ssize_t len = getline(&f->line, &f->room, f->from);

	if (len <= 0) {
		free(f->line);
		f->line = NULL;
		f->room = 0;
		return;
	}
	f->nr++;
	f->cut = f->line[len - 1] != '\n';
	if (!f->cut)
		f->line[len - 1] = '\0';
	if (in->nr > 1 && *f->line && !read_time(f->line, &f->when)) {
		/* of a stack, or a line that goes on */
		f->when = before;
		if (!before)
			die("%s:%u: one file of several, whose lines have no time: use strace -ff -ttt",
			    f->path, f->nr);
	}
}

/**
 * input_rewind() - begin again with the first line
 * @in: the input; the next input_line() returns the first line
 */
void input_rewind(struct trace_input *in)
{
	struct source *f;

	for (f = in->files; f < in->files + in->nr; f++) {
		rewind(f->from);
		f->nr = 0;
		f->when = 0;
		next_of(in, f);
	}
	in->now = in->line = 0;
}

/**
 * input_open() - open what is to be read
 * @paths: plain files, or files packed by gzip, xz or zstd; "-" is standard input
 * @nr: how many; several are the files of strace -ff -ttt, a process each
 *
 * Ends the program with a line if a file cannot be read.
 */
struct trace_input *input_open(const char *const *paths, unsigned int nr)
{
	struct trace_input *in = xcalloc(1, sizeof(*in));
	const char *program;
	unsigned int i;
	int fd;

	if (nr > MAX_PATHS)
		die("%u files at a time; at most %d", nr, MAX_PATHS);
	in->files = xcalloc(nr, sizeof(*in->files));
	in->nr = nr;
	for (i = 0; i < nr; i++) {
		fd = open_and_look(paths[i], &program);
		if (program)
			fd = unpacked(fd, paths[i], program);
		in->files[i].path = strcmp(paths[i], "-") ? paths[i] : "standard input";
		in->files[i].pid = nr > 1 ? pid_of(paths[i]) : 0;
		in->files[i].from = fdopen(fd, "r");
		if (!in->files[i].from)
			die("cannot read %s: %s", paths[i], strerror(errno));
	}
	input_rewind(in);
	return in;
}

static void swap_lines(struct trace_input *in, struct source *f)
{
	char *text = in->text;
	size_t room = in->room;

	in->text = f->line;
	in->room = f->room;
	f->line = text;
	f->room = room;
}

/**
 * input_line() - the next line
 * @in: the input
 *
 * Of several files, the one with the lowest time is next, and begins with its process, as
 * with strace -f -o.
 *
 * Return: a line that may be changed, without its end, until the next call; NULL at the end.
 */
char *input_line(struct trace_input *in)
{
	struct source *f, *first = NULL;

	for (f = in->files; f < in->files + in->nr; f++)
		if (f->line && (!first || f->when < first->when))
			first = f;
	if (!first)
		return NULL;
	in->now = first - in->files;
	in->line = first->nr;
	in->cut = first->cut;
	if (in->nr > 1) {
		free(in->text);
		in->text = xasprintf("%ld %s", first->pid, first->line);
		in->room = strlen(in->text) + 1;
	} else {
		swap_lines(in, first);
	}
	next_of(in, first);
	return in->text;
}

/**
 * input_close() - close all files
 * @in: the input, NULL for none
 */
void input_close(struct trace_input *in)
{
	unsigned int i;

	if (!in)
		return;
	for (i = 0; i < in->nr; i++) {
		fclose(in->files[i].from);
		free(in->files[i].line);
	}
	free(in->text);
	free(in->files);
	free(in);
}

/**
 * input_path() - the file of the line that was read last
 * @in: the input
 */
const char *input_path(const struct trace_input *in)
{
	return in->files[in->now].path;
}

/**
 * input_line_nr() - the number of the line that was read last, in its file
 * @in: the input
 */
unsigned int input_line_nr(const struct trace_input *in)
{
	return in->line;
}

/**
 * input_line_is_cut() - check if the line that was read last has no newline at its end
 * @in: the input
 *
 * Who writes lines writes their ends: more may have followed.
 */
bool input_line_is_cut(const struct trace_input *in)
{
	return in->cut;
}

/**
 * input_damaged() - refuse the line that was read last, and end the program
 * @in: the input
 * @why: what is wrong
 * @text: the part of the line that it is about
 */
void input_damaged(const struct trace_input *in, const char *why, const char *text)
{
	char shown[61];
	size_t i;

	snprintf(shown, sizeof(shown), "%s", text);
	for (i = 0; shown[i]; i++)
		if (!isprint((unsigned char)shown[i]))
			shown[i] = '?';
	die("%s:%u: %s: '%s'", input_path(in), in->line, why, shown);
}

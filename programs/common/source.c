// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of the source for addresses of code: addr2line of the binutils, or LLVM's, runs
 * as a server, started by the first failure. Without one of them logs have the names of
 * functions alone.
 */
#define _GNU_SOURCE 1
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source.h"
#include "util.h"

#define MOST_INLINED	8

static FILE *server;		/* its answers */
static int asked = -1;		/* where it reads addresses */

static void __noreturn serve(int fd, pid_t parent)
{
	static char *const programs[] = { "addr2line", "llvm-addr2line" };
	char *exe = xasprintf("/proc/%d/exe", parent);
	sigset_t none;
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	if (!freopen("/dev/null", "w", stderr))
		_exit(EXIT_USAGE);
	for (i = 0; i < ARRAY_SIZE(programs); i++)
		execlp(programs[i], programs[i], "-a", "-f", "-i", "-e", exe, NULL);
	_exit(EXIT_USAGE);
}

static bool start_server(void)
{
	static bool tried;
	int fds[2];
	pid_t parent = getpid(), pid;

	if (tried)
		return server;
	tried = true;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return false;
	fflush(NULL);
	pid = fork();
	if (!pid)
		serve(fds[1], parent);
	close(fds[1]);
	if (pid > 0)
		server = fdopen(fds[0], "r");
	if (!server)
		close(fds[0]);
	asked = fds[0];
	return server;
}

/* It ends with the program otherwise, as when it is killed or was never there. */
static void end_server(void)
{
	fclose(server);
	server = NULL;
}

/* "FILE:12 (discriminator 3)" */
static void parse_place(struct source_line *at, char *text)
{
	char *colon = strrchr(text, ':');

	at->line = colon ? strtoul(colon + 1, NULL, 10) : 0;
	if (colon)
		*colon = '\0';
	at->file = xasprintf("%s", text);
}

static bool read_line(char *text, int size)
{
	if (!fgets(text, size, server))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/*
 * An answer is the address, and then two lines for each function, of which all but the
 * last are inlined in that which follows. It ends where that to address 0 begins.
 */
static unsigned int read_answer(struct source_line *at, unsigned int most)
{
	char name[512], text[4096];
	unsigned int nr = 0;
	bool zero = false;

	while (read_line(name, sizeof(name))) {
		if (!strncmp(name, "0x", 2)) {
			zero = !strtoul(name, NULL, 16);
			continue;
		}
		if (!read_line(text, sizeof(text)))
			break;
		if (zero)
			return nr;
		if (nr == most) {
			free(at[nr - 1].function);
			free(at[nr - 1].file);
			nr--;
		}
		at[nr].function = xasprintf("%s", name);
		parse_place(&at[nr++], text);
	}
	end_server();
	return nr;
}

/**
 * source_lines() - the lines of the source that an address of code was made from
 * @addr: as in the symbol table of the binary
 * @at: filled in, the innermost inlined function first; for source_free()
 * @most: room in @at, at least 1
 *
 * Return: how many were filled in: 0 if nothing is known.
 */
unsigned int source_lines(unsigned long addr, struct source_line *at, unsigned int most)
{
	char *text;
	unsigned int nr;
	bool sent;

	if (!addr || !start_server())
		return 0;
	text = xasprintf("0x%lx\n0x0\n", addr);
	sent = send(asked, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
	free(text);
	nr = sent ? read_answer(at, most) : 0;
	if (nr && !at[nr - 1].line) {
		source_free(at, nr);
		return 0;
	}
	return nr;
}

/**
 * source_free() - free what source_lines() has filled in
 * @at: the lines
 * @nr: how many
 */
void source_free(struct source_line *at, unsigned int nr)
{
	while (nr--) {
		free(at[nr].function);
		free(at[nr].file);
	}
}

static const char * const tops[] = { SHIM_TREE "/", SHIM_TOP "/" };

/**
 * source_path() - a file as seen from the top of its tree
 * @file: its absolute path
 *
 * Return: the rest of @file behind the kernel tree or this repository, or @file.
 */
const char *source_path(const char *file)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tops); i++)
		if (!strncmp(file, tops[i], strlen(tops[i])))
			return file + strlen(tops[i]);
	return file;
}

static char *text_at(const char *file, unsigned int nr)
{
	FILE *in = fopen(file, "re");
	char *line = NULL, *text = NULL, *start;
	size_t size = 0;

	while (in && nr && getline(&line, &size, in) > 0)
		nr--;
	if (in && !nr && line) {
		line[strcspn(line, "\r\n")] = '\0';
		start = line + strspn(line, " \t");
		text = text_clean(start, strlen(start));
	}
	free(line);
	if (in)
		fclose(in);
	return text;
}

/**
 * source_text() - a line of a source file, without its indentation
 * @path: as of source_path(), or absolute
 * @nr: the line, counted from 1
 *
 * Return: the text for free(), or NULL if the source is not there.
 */
char *source_text(const char *path, unsigned int nr)
{
	char *text = *path == '/' ? text_at(path, nr) : NULL, *file;
	size_t i;

	for (i = 0; *path != '/' && i < ARRAY_SIZE(tops) && !text; i++) {
		file = xasprintf("%s%s", tops[i], path);
		text = text_at(file, nr);
		free(file);
	}
	return text;
}

/* An inlined helper of a header says nothing: an atomic operation is four of them. */
static bool is_helper(const char *path)
{
	return strstr(path, "include/");
}

static void put_frame(FILE *out, const char *name, size_t len, unsigned long addr)
{
	struct source_line at[MOST_INLINED];
	unsigned int nr = source_lines(addr, at, MOST_INLINED), i;
	const char *path;

	for (i = 0; i + 1 < nr; i++) {
		path = source_path(at[i].file);
		if (at[i].line && !is_helper(path))
			fprintf(out, "    %s (%s:%u, inlined)\n", at[i].function, path, at[i].line);
	}
	fprintf(out, "%.*s", (int)len, name);
	if (nr)
		fprintf(out, " (%s:%u)", source_path(at[nr - 1].file), at[nr - 1].line);
	putc('\n', out);
	source_free(at, nr);
}

/**
 * source_annotate() - put the lines of the source into the stacks of a log
 * @log: a log with frames as host_print_frames() writes them; is freed
 *
 * Return: the new text, to be freed with free().
 */
char *source_annotate(char *log)
{
	char *text = NULL, *line, *end, *mark, *after;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned long addr;

	if (!out)
		die("out of memory");
	for (line = log; *line; line = end + (*end == '\n')) {
		end = strchrnul(line, '\n');
		mark = memmem(line, end - line, " <0x", 4);
		addr = mark ? strtoul(mark + 2, &after, 16) : 0;
		if (mark && !strncmp(line, "    ", 4) && *after == '>' && after + 1 == end)
			put_frame(out, line, mark - line, addr);
		else
			fwrite(line, 1, end - line + (*end == '\n'), out);
	}
	fclose(out);
	free(log);
	return text;
}

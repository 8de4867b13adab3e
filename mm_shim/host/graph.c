// SPDX-License-Identifier: GPL-2.0
/* The files of --dot: one or two for each case. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <shim/host.h>

#include "fatal.h"
#include "graph.h"
#include "write.h"

#define EXIT_USAGE	2

static const char *into;
static bool all_cases;
static char of[256];

/**
 * graphs_open() - have graphs written
 * @dir: directory for them; it is created if it does not exist
 * @all: write graphs of cases that pass, too
 *
 * Context: before the first case. The program ends if @dir cannot be written to.
 */
void graphs_open(const char *dir, bool all)
{
	if ((mkdir(dir, 0777) && errno != EEXIST) || access(dir, W_OK | X_OK))
		fatal(EXIT_USAGE, "--dot: cannot write to %s: %s", dir, strerror(errno));
	into = dir;
	all_cases = all;
}

/**
 * graphs_of() - set the case that this process runs, which names the files
 * @suite: its suite
 * @name: its name
 *
 * Context: before the case, in its process.
 */
void graphs_of(const char *suite, const char *name)
{
	snprintf(of, sizeof(of), "%s.%s", suite, name);
}

/**
 * host_graphs() - get which graphs are to be written
 *
 * Return: 0 none, 1 those of cases that fail, 2 all.
 */
int host_graphs(void)
{
	return !into ? 0 : all_cases ? 2 : 1;
}

/**
 * host_graph_write() - write the graph of the running case
 * @when: "before" for the state before the operation, or "" for the state at the failure
 * @text: the graph in the language of Graphviz
 * @len: its length in bytes
 *
 * Context: host_graphs() is not 0. Async-signal-safe except for the formatting of the name.
 */
void host_graph_write(const char *when, const char *text, unsigned long len)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s%s%s.dot", into, of, *when ? "." : "", when);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || !write_all(fd, text, len))
		fprintf(stderr, "--dot: cannot write %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

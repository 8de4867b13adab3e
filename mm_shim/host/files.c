// SPDX-License-Identifier: GPL-2.0
/* Open files of a process: how they are now, and a way back to that. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rewind.h"

/* Where standard output and error are kept, as a case may turn them away; or above */
#define KEPT_FD		500

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Notes the numbers below KEPT_FD that are free; there may be open files between them. */
static bool note_gaps(struct files *files)
{
	bool in_gap = false;
	int fd;

	files->nr_gaps = 0;
	for (fd = 0; fd < KEPT_FD; fd++) {
		if (is_open(fd)) {
			in_gap = false;
			continue;
		}
		if (!in_gap && files->nr_gaps == MOST_GAPS)
			return false;
		if (!in_gap)
			files->gaps[files->nr_gaps++].first = fd;
		files->gaps[files->nr_gaps - 1].last = fd;
		in_gap = true;
	}
	return true;
}

/**
 * files_note() - note the open files of this process
 * @files: set to what files_go_back() needs
 *
 * Context: before other threads open files.
 * Return: false if there is no way back: too few numbers of files, or too many gaps.
 */
bool files_note(struct files *files)
{
	int i;

	for (i = 0; i < 2; i++) {
		files->kept[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, KEPT_FD);
		if (files->kept[i] < 0)
			return false;
	}
	return note_gaps(files);
}

/**
 * files_go_back() - close what was opened since, and turn output and error back
 * @files: from files_note()
 *
 * Files that were closed since, but for these two, stay so.
 */
void files_go_back(const struct files *files)
{
	const struct gap *gap;
	int i, fd;

	for (i = 0; i < 2; i++)
		dup2(files->kept[i], STDOUT_FILENO + i);
	for (gap = files->gaps; gap < files->gaps + files->nr_gaps; gap++) {
		/* Linux 5.9 */
		if (!syscall(SYS_close_range, gap->first, gap->last, 0))
			continue;
		for (fd = gap->first; fd <= gap->last; fd++)
			close(fd);
	}
}

// SPDX-License-Identifier: GPL-2.0
/* Files of the host that guests map. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

/* What the host has, as it was when it was mapped: a change makes another one. */
struct mapped_file {
	struct stat st;
	int fd;
	void *file;
	struct mapped_file *next;
};

#define MOST_FILES	1500		/* less than the oracle has room for */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapped_file *files;
static int nr_files;

/**
 * file_read() - read from a file of the host
 * @of_host: of hosted_file_new()
 * @to: buffer
 * @len: bytes
 * @offset: in the file
 *
 * Return: bytes read, less at the end of the file; or a negative errno.
 */
long file_read(void *of_host, void *to, unsigned long len, unsigned long offset)
{
	struct mapped_file *f = of_host;
	unsigned long done = 0;
	ssize_t n;

	while (done < len) {
		n = pread(f->fd, (char *)to + done, len - done, offset + done);
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += n;
	}
	return done;
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       !memcmp(&a->st_mtim, &b->st_mtim, sizeof(a->st_mtim)) &&
	       !memcmp(&a->st_ctim, &b->st_ctim, sizeof(a->st_ctim));
}

static void close_unmapped(bool all)
{
	struct mapped_file **at = &files, *f;

	while ((f = *at)) {
		if (!all && hosted_file_mapped(f->file)) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		nr_files--;
		hosted_file_put(f->file);
		close(f->fd);
		free(f);
	}
}

/**
 * file_of() - the machine's file for one of the host
 * @fd: of the host, which stays the caller's
 * @err: set to a negative errno where there is none
 *
 * Return: the file, or NULL.
 */
void *file_of(int fd, long *err)
{
	struct mapped_file *f;
	struct stat st;
	void *file;

	*err = -ENODEV;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return NULL;
	pthread_mutex_lock(&lock);
	for (f = files; f && !same(&f->st, &st); f = f->next)
		;
	if (!f) {
		if (nr_files >= MOST_FILES)
			close_unmapped(false);
		f = xcalloc(1, sizeof(*f));
		f->st = st;
		f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		f->file = hosted_file_new(st.st_size, f);
		f->next = files;
		files = f;
		nr_files++;
	}
	file = f->file;
	pthread_mutex_unlock(&lock);
	*err = 0;
	return file;
}

/**
 * file_at() - file_of() by a path
 * @path: of the host
 * @err: set as by file_of()
 *
 * Return: as file_of().
 */
void *file_at(const char *path, long *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *file;

	*err = -errno;
	if (fd < 0)
		return NULL;
	file = file_of(fd, err);
	close(fd);
	return file;
}

/**
 * files_end() - close all files
 */
void files_end(void)
{
	close_unmapped(true);
}

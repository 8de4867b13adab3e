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

/*
 * What the host has, as it was when it was mapped: a change makes another one, but of a file that is
 * mapped shared and for writes there is one only, which follows the host's.
 */
struct mapped_file {
	struct stat st;
	int fd;
	bool writable;
	void *file;
	struct mapped_file *next;
};

#define MOST_FILES	1500		/* less than the oracle has room for */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapped_file *files;
static int nr_files;
static _Atomic int nr_writable;

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

/**
 * file_write() - write to a file of the host, but not behind its end
 * @of_host: of hosted_file_new()
 * @from: buffer
 * @len: bytes
 * @offset: in the file
 *
 * Return: 0 or a negative errno.
 */
long file_write(void *of_host, const void *from, unsigned long len, unsigned long offset)
{
	struct mapped_file *f = of_host;
	struct stat st;
	ssize_t n;

	if (fstat(f->fd, &st))
		return -errno;
	if (offset >= (unsigned long)st.st_size)
		return 0;
	len = len < st.st_size - offset ? len : st.st_size - offset;
	n = pwrite(f->fd, from, len, offset);
	return n < 0 ? -errno : n < (ssize_t)len ? -EIO : 0;
}

/**
 * file_punch() - make a hole in a file of the host
 * @of_host: of hosted_file_new()
 * @offset: in the file
 * @len: bytes
 *
 * Return: 0 or a negative errno.
 */
long file_punch(void *of_host, unsigned long offset, unsigned long len)
{
	struct mapped_file *f = of_host;

	return fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len) ? -errno : 0;
}

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool same(const struct stat *a, const struct stat *b)
{
	return same_inode(a, b) && a->st_size == b->st_size &&
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
		nr_writable -= f->writable;
		hosted_file_put(f->file);
		close(f->fd);
		free(f);
	}
}

/* What was stored is written, and what the host has changed is read again. */
static void follow(struct mapped_file *f)
{
	struct stat st;

	if (hosted_file_sync(f->file))
		say("a file that is mapped cannot be written");
	if (fstat(f->fd, &st))
		return;
	if (st.st_size != f->st.st_size || memcmp(&st.st_mtim, &f->st.st_mtim, sizeof(st.st_mtim)))
		hosted_file_changed(f->file, st.st_size);
	fstat(f->fd, &f->st);
}

/**
 * files_follow() - files that are mapped shared, and for writes, are as on the host, and the other way round
 *
 * Context: in the machine.
 */
void files_follow(void)
{
	struct mapped_file *f;

	if (!nr_writable)
		return;
	pthread_mutex_lock(&lock);
	for (f = files; f; f = f->next)
		if (f->writable)
			follow(f);
	pthread_mutex_unlock(&lock);
}

/**
 * files_resized() - a file is about to get another size
 * @fd: of the host
 * @size: the size
 *
 * Context: in the machine.
 */
void files_resized(int fd, unsigned long size)
{
	struct mapped_file *f;
	struct stat st;

	if (!nr_writable || fstat(fd, &st))
		return;
	pthread_mutex_lock(&lock);
	for (f = files; f; f = f->next)
		if (f->writable && same_inode(&f->st, &st))
			hosted_file_resize(f->file, size);
	pthread_mutex_unlock(&lock);
}

static struct mapped_file *find(const struct stat *st, bool writable)
{
	struct mapped_file *f;

	for (f = files; f; f = f->next)
		if (f->writable ? same_inode(&f->st, st) : !writable && same(&f->st, st))
			return f;
	return NULL;
}

/**
 * file_of() - the machine's file for one of the host
 * @fd: of the host, which stays the caller's
 * @writable: it is to be mapped shared, and for writes
 * @err: set to a negative errno where there is none
 *
 * Return: the file, or NULL.
 */
void *file_of(int fd, bool writable, long *err)
{
	struct mapped_file *f;
	struct stat st;
	void *file;

	*err = -ENODEV;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return NULL;
	pthread_mutex_lock(&lock);
	f = find(&st, writable);
	if (f && f->writable) {
		follow(f);
	} else if (!f) {
		if (nr_files >= MOST_FILES)
			close_unmapped(false);
		f = xcalloc(1, sizeof(*f));
		f->st = st;
		f->writable = writable;
		f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		f->file = hosted_file_new(st.st_size, f, writable);
		f->next = files;
		files = f;
		nr_files++;
		nr_writable += writable;
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
	file = file_of(fd, false, err);
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

// SPDX-License-Identifier: GPL-2.0
/*
 * A window of a shared file is moved by remap_file_pages().
 *
 * mutant: mmap/remap-file-pages-offset
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)

int main(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *p;

	ftruncate(fd, 8 * PAGE);
	p = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	remap_file_pages(p, 2 * PAGE, 0, 4, 0);
	munmap(p, 8 * PAGE);
	return 0;
}

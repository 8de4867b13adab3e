// SPDX-License-Identifier: GPL-2.0
/*
 * A writable shared mapping is cut in two.
 *
 * mutant: refcnt/writable-split
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

	ftruncate(fd, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	munmap(p + PAGE, PAGE);
	munmap(p, 4 * PAGE);
	return 0;
}

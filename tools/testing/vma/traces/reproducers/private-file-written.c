// SPDX-License-Identifier: GPL-2.0
/*
 * A private mapping from the middle of a file is written to.
 *
 * mutant: rmap/index-of-file
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)

int main(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *p;

	ftruncate(fd, 8 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 4 * PAGE);
	memset(p, 1, 4 * PAGE);
	mprotect(p + 2 * PAGE, PAGE, PROT_READ);
	return 0;
}

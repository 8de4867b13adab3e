// SPDX-License-Identifier: GPL-2.0
/*
 * A file mapping is cut and the file closed.
 *
 * mutant: refcnt/split-file
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096

int main(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	mprotect(p + 2 * PAGE, 2 * PAGE, PROT_NONE);
	munmap(p, 4 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A file mapping is moved, and the file closed.
 *
 * mutant: refcnt/copied-file
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *to = mmap(NULL, 4 * PAGE, PROT_NONE, ANON, -1, 0), *p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Two files are mapped side by side.
 *
 * mutant: merge/file-ignored
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	int one = open("/tmp", O_TMPFILE | O_RDWR, 0600), two = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	char *p = mmap(NULL, 4 * PAGE, PROT_NONE, ANON, -1, 0);

	ftruncate(one, 4 * PAGE);
	ftruncate(two, 4 * PAGE);
	mmap(p, 2 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, one, 0);
	mmap(p + 2 * PAGE, 2 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, two, 2 * PAGE);
	munmap(p, 4 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A new mapping directly below a written one.
 *
 * mutant: merge/new-right-pgoff
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 6 * PAGE, RW, ANON, -1, 0);

	munmap(p, 2 * PAGE);
	memset(p + 2 * PAGE, 1, 4 * PAGE);
	mmap(p, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	mprotect(p + 4 * PAGE, PAGE, PROT_READ);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * mprotect() of a range that ends in a hole.
 *
 * mutant: mmap/mprotect-over-gap
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 6 * PAGE, RW, ANON, -1, 0);

	munmap(p + 4 * PAGE, 2 * PAGE);
	mprotect(p + 2 * PAGE, 4 * PAGE, PROT_READ);
	return 0;
}

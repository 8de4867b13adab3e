// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping is replaced by MAP_FIXED, in part.
 *
 * mutant: acct/fixed-twice
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	mmap(p + 2 * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	munmap(p, 8 * PAGE);
	return 0;
}

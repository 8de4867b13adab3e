// SPDX-License-Identifier: GPL-2.0
/*
 * The end of accounted memory is moved away.
 *
 * mutant: acct/mremap-rest-before
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *to = mmap(NULL, 4 * PAGE, PROT_NONE, ANON, -1, 0), *p = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	mremap(p + 4 * PAGE, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	munmap(p, 4 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Accounted memory is moved.
 *
 * mutant: acct/mremap-twice
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *to = mmap(NULL, 8 * PAGE, PROT_NONE, ANON, -1, 0), *p = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	mremap(p, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	munmap(to, 8 * PAGE);
	return 0;
}

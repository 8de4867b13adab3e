// SPDX-License-Identifier: GPL-2.0
/*
 * A move onto a mapping that is there.
 *
 * mutant: mremap/fixed-not-unmapped
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *to = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0), *p = mmap(NULL, 4 * PAGE, PROT_READ, ANON, -1, 0);

	memset(to, 1, 4 * PAGE);
	mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to + PAGE);
	return 0;
}

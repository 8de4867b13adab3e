// SPDX-License-Identifier: GPL-2.0
/*
 * A written mapping gets shorter at its end and at its beginning.
 *
 * mutant: rmap/target-not-rekeyed
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	memset(p, 1, 8 * PAGE);
	munmap(p + 6 * PAGE, 2 * PAGE);
	munmap(p, 2 * PAGE);
	mprotect(p + 4 * PAGE, 2 * PAGE, PROT_READ);
	return 0;
}

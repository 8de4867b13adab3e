// SPDX-License-Identifier: GPL-2.0
/*
 * Locked memory is unmapped.
 *
 * mutant: acct/munmap-locked
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	mlock(p, 2 * PAGE);
	munmap(p, 4 * PAGE);
	return 0;
}

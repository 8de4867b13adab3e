// SPDX-License-Identifier: GPL-2.0
/*
 * Memory is mapped and given back.
 *
 * mutant: acct/munmap
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 16 * PAGE, RW, ANON, -1, 0);

	munmap(p, 16 * PAGE);
	return 0;
}

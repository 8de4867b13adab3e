// SPDX-License-Identifier: GPL-2.0
/*
 * An unfaulted mapping takes in a written one on its right.
 *
 * mutant: merge/left-no-dup
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 6 * PAGE, PROT_READ, ANON | MAP_NORESERVE, -1, 0);

	mprotect(p + 2 * PAGE, 4 * PAGE, RW);
	p[2 * PAGE] = 1;
	mprotect(p + 2 * PAGE, 4 * PAGE, PROT_READ);
	return 0;
}

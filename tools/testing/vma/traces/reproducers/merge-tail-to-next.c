// SPDX-License-Identifier: GPL-2.0
/*
 * The tail of a written mapping gets the rights of the next one.
 *
 * mutant: merge/next-start-pgoff
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
	mprotect(p + 4 * PAGE, 4 * PAGE, PROT_READ);
	mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ);
	return 0;
}

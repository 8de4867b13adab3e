// SPDX-License-Identifier: GPL-2.0
/*
 * Rights are changed and changed back: three mappings are one again.
 *
 * mutant: merge/mapcount
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 6 * PAGE, RW, ANON, -1, 0);

	memset(p, 1, 6 * PAGE);
	mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ);
	mprotect(p + 2 * PAGE, 2 * PAGE, RW);
	return 0;
}

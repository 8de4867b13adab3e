// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping is cut in three and given back.
 *
 * mutant: split/mapcount
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0);

	mprotect(p + PAGE, PAGE, PROT_NONE);
	munmap(p, 3 * PAGE);
	return 0;
}

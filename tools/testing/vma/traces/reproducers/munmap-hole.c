// SPDX-License-Identifier: GPL-2.0
/*
 * A hole in a written mapping; what is above is protected later.
 *
 * mutant: split/pgoff-above
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
	munmap(p + 2 * PAGE, 2 * PAGE);
	mprotect(p + 6 * PAGE, PAGE, PROT_READ);
	return 0;
}

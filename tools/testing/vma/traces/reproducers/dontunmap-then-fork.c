// SPDX-License-Identifier: GPL-2.0
/*
 * What MREMAP_DONTUNMAP has emptied is written to again.
 *
 * mutant: mremap/dontunmap-linked
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	memset(p, 1, 4 * PAGE);
	mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	if (!fork())
		_exit(0);
	wait(NULL);
	return 0;
}

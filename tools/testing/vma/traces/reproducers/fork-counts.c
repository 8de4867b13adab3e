// SPDX-License-Identifier: GPL-2.0
/*
 * A child with a few mappings unmaps them.
 *
 * mutant: fork/mapcount
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	mprotect(p + 2 * PAGE, 2 * PAGE, PROT_READ);
	if (!fork()) {
		munmap(p, 8 * PAGE);
		_exit(0);
	}
	wait(NULL);
	return 0;
}

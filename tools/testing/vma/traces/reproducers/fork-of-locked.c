// SPDX-License-Identifier: GPL-2.0
/*
 * A process with locked memory forks.
 *
 * mutant: fork/locked-inherited
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
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	mlock(p, 4 * PAGE);
	if (!fork()) {
		munmap(p, 4 * PAGE);
		_exit(0);
	}
	wait(NULL);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A child without the memory of MADV_DONTFORK.
 *
 * mutant: fork/dontcopy-counted
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

	madvise(p, 4 * PAGE, MADV_DONTFORK);
	if (!fork())
		_exit(0);
	wait(NULL);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A child goes and its page is used by the parent again.
 *
 * mutant: unlink/active-count
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
	mprotect(p + 2 * PAGE, PAGE, PROT_READ);
	munmap(p, PAGE);
	if (!fork())
		_exit(0);
	wait(NULL);
	return 0;
}

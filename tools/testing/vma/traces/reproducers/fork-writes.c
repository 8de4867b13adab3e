// SPDX-License-Identifier: GPL-2.0
/*
 * Parent and child write to the same page.
 *
 * mutant: fork/parent-stays-writable
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
	if (!fork()) {
		p[0] = 2;
		_exit(0);
	}
	p[0] = 3;
	wait(NULL);
	return 0;
}

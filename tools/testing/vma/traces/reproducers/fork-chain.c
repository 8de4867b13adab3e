// SPDX-License-Identifier: GPL-2.0
/*
 * Three generations, of which each writes.
 *
 * mutant: fork/inherits-anon-vma
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
	int i;

	for (i = 0; i < 3; i++) {
		p[0] = i;
		if (fork()) {
			wait(NULL);
			_exit(0);
		}
		mprotect(p, PAGE, PROT_READ);
		mprotect(p, PAGE, RW);
	}
	return 0;
}

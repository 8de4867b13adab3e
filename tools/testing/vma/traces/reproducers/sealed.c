// SPDX-License-Identifier: GPL-2.0
/*
 * What is sealed cannot be unmapped.
 *
 * mutant: mmap/sealed-unmapped
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	syscall(462, p, 2 * PAGE, 0);	/* mseal() */
	munmap(p, 4 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is locked on fault is locked.
 *
 * mutant: acct/mlock-onfault-twice
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/mman.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	mlock2(p, 4 * PAGE, MLOCK_ONFAULT);
	mlock(p, 4 * PAGE);
	munlock(p, 4 * PAGE);
	return 0;
}

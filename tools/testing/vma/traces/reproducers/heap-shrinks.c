// SPDX-License-Identifier: GPL-2.0
/*
 * The heap grows, shrinks and grows again.
 *
 * mutant: brk/shrink-not-recorded
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096

int main(void)
{
	char *end = sbrk(0);

	brk(end + 16 * PAGE);
	brk(end + 4 * PAGE);
	brk(end + 8 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The heap grows.
 *
 * mutant: brk/data-vm
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096

int main(void)
{
	char *end = sbrk(0);

	brk(end + 64 * PAGE);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A process forks.
 *
 * mutant: fork/stack-vm
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096

int main(void)
{
	if (!fork())
		_exit(0);
	wait(NULL);
	return 0;
}

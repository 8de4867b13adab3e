// SPDX-License-Identifier: GPL-2.0
/* The program that record takes a core file of: it copies its own maps and aborts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	int fd = open("dir (a)/file", O_RDWR | O_CREAT, 0600);
	FILE *from, *to;
	char line[300], *p;

	mmap(NULL, 0x3000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0x1000);
	mmap(NULL, 0x2000, PROT_READ, MAP_PRIVATE, fd, 0);
	p = mmap(NULL, 0x6000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*p = 1;
	mprotect(p + 0x1000, 0x1000, PROT_NONE);
	from = fopen("/proc/self/maps", "r");
	to = fopen("maps", "w");
	while (fgets(line, sizeof(line), from))
		fputs(line, to);
	fclose(to);
	abort();
}

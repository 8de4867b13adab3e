// SPDX-License-Identifier: GPL-2.0
/* The program that record runs under each tracer: memory calls of three processes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static void *thread(void *arg)
{
	char *p = mmap(NULL, 0x2000, RW, ANON, -1, 0);

	*p = 1;
	munmap(p, 0x2000);
	return arg;
}

static void child(char *p)
{
	madvise(p, 0x1000, MADV_DONTNEED);
	p = mremap(p, 0x1000, 0x3000, MREMAP_MAYMOVE);
	munmap(p, 0x3000);
	_exit(3);
}

int main(int argc, char **argv)
{
	int fd = open("dir (a)/file", O_RDWR | O_CREAT, 0600);
	pthread_t other;
	pid_t pid;
	char *p;
#ifdef __i386__
	long old[] = { 0, 0x3000, RW, ANON, -1, 0 };
#endif

	if (argc > 1)
		return 0;
	p = mmap(NULL, 0x6000, RW, ANON | MAP_NORESERVE, -1, 0);
	*p = 1;
	mprotect(p + 0x1000, 0x1000, PROT_READ);
	mmap(p + 0x5000, 0x1000, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	mmap(NULL, 0x1000, RW, 8 /* MAP_DROPPABLE */ | MAP_ANONYMOUS, -1, 0);
	mmap(NULL, 0x200000, RW, ANON | MAP_HUGETLB | 21 << 26, -1, 0);
	mmap(NULL, (ULONG_MAX >> 4) + 1, RW, ANON, -1, 0);
#ifdef __i386__
	munmap((void *)syscall(SYS_mmap, old), 0x3000);
#endif
	pthread_create(&other, NULL, thread, NULL);
	pthread_join(other, NULL);
	pid = fork();
	if (!pid)
		child(p);
	waitpid(pid, NULL, 0);
	if (!vfork())
		execl(argv[0], argv[0], "end", NULL);
	wait(NULL);
	mlock(p, 0x1000);
	munlock(p, 0x1000);
	madvise(p, 0x1000, 25 /* MADV_COLLAPSE */);
	syscall(462, p, 0x1000, 0);	/* mseal */
	munmap(p, 0x1000);
	munmap(p + 0x2000, 0x1000);
	return 0;
}

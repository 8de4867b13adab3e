// SPDX-License-Identifier: GPL-2.0
/* A file that is mapped shared and written to, by processes and by calls. The host prints the same. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096ul
#define RW	(PROT_READ | PROT_WRITE)

static char name[] = "/tmp/hosted-XXXXXX";

static void look(const char *what)
{
	char text[16] = "";
	int fd = open(name, O_RDONLY);
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	printf("%s: %zd %s\n", what, n, text);
	close(fd);
}

static void children(int fd, char *m)
{
	char *mine = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	int status;

	printf("private: %s\n", mine);
	if (!fork()) {
		strcpy(m, "of the child");
		_exit(0);
	}
	wait(&status);
	strcpy(mine, "mine");
	printf("%s, %s\n", m, mine);
	munmap(mine, PAGE);
	look("after a child");
}

int main(void)
{
	int fd = mkstemp(name), other;
	char *m, *n;

	setbuf(stdout, NULL);
	ftruncate(fd, 2 * PAGE);
	m = mmap(NULL, 3 * PAGE, RW, MAP_SHARED, fd, 0);
	strcpy(m, "stored");
	look("open");
	msync(m, PAGE, MS_SYNC);
	strcpy(m, "again");
	look("after msync");
	children(fd, m);
	pwrite(fd, "written", 8, 0);
	other = open(name, O_RDWR);
	printf("%s\n", m);
	n = mmap(NULL, PAGE, RW, MAP_SHARED, other, PAGE);
	strcpy(n, "at two places");
	printf("%s\n", m + PAGE);
	ftruncate(fd, 3 * PAGE);
	strcpy(m + 2 * PAGE, "grown");
	printf("%s\n", m + 2 * PAGE);
	printf("remove: %d, %d\n", madvise(m + PAGE, PAGE, MADV_REMOVE), n[0]);
	ftruncate(fd, PAGE);
	ftruncate(fd, 2 * PAGE);
	printf("cut: %d\n", m[PAGE]);
	strcpy(m, "last");
	munmap(m, 3 * PAGE);
	look("after munmap");
	printf("read-only: %d\n", mmap(NULL, PAGE, RW, MAP_SHARED, open(name, O_RDONLY), 0) == MAP_FAILED);
	unlink(name);
	return 0;
}

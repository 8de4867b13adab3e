// SPDX-License-Identifier: GPL-2.0
/* A memfd: what one way to its bytes writes, the others read. The host prints the same. */
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

static void tell(const char *what, long ret)
{
	printf("%s: %ld %s\n", what, ret, ret < 0 ? strerrorname_np(errno) : "");
}

static void sizes(int fd)
{
	struct stat st;

	fstat(fd, &st);
	printf("size %ld, end %ld\n", (long)st.st_size, (long)lseek(fd, 0, SEEK_END));
}

static void coherent(int fd, char *m)
{
	char text[64] = "";

	strcpy(m + PAGE - 3, "stored");
	tell("pread", pread(fd, text, 6, PAGE - 3));
	puts(text);
	tell("pwrite", pwrite(fd, "written", 8, 2 * PAGE));
	puts(m + 2 * PAGE);
	lseek(fd, 3 * PAGE, SEEK_SET);
	tell("write", write(fd, "one", 3));
	tell("write", write(fd, "two", 4));
	puts(m + 3 * PAGE);
	lseek(fd, 3 * PAGE, SEEK_SET);
	tell("read", read(fd, text, sizeof(text)));
	puts(text);
	sizes(fd);
}

static void children(int fd, char *m)
{
	char *other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	int status;

	strcpy(other, "private");
	if (!fork()) {
		strcpy(m, "of the child");
		strcpy(other, "not seen");
		tell("pwrite", pwrite(fd, "it has written", 15, 4 * PAGE));
		exit(0);
	}
	wait(&status);
	printf("%s, %s, %s\n", m, other, m + 4 * PAGE);
	munmap(other, PAGE);
}

int main(void)
{
	int fd = memfd_create("guest", MFD_ALLOW_SEALING), copy;
	char *m, text[8] = "";

	setbuf(stdout, NULL);
	tell("ftruncate", ftruncate(fd, 8 * PAGE));
	sizes(fd);
	m = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return 1;
	coherent(fd, m);
	children(fd, m);
	copy = dup(fd);
	tell("pread of a copy", pread(copy, text, 7, 0));
	puts(text);
	close(copy);
	tell("hole", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
	printf("%d %d\n", m[0], m[PAGE]);
	tell("fallocate", fallocate(fd, 0, 8 * PAGE, PAGE));
	sizes(fd);
	tell("smaller", ftruncate(fd, 2 * PAGE));
	sizes(fd);
	tell("F_ADD_SEALS", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK));
	tell("F_GET_SEALS", fcntl(fd, F_GET_SEALS));
	tell("larger", ftruncate(fd, 8 * PAGE));
	tell("write behind the end", pwrite(fd, "x", 1, 2 * PAGE));
	munmap(m, 8 * PAGE);
	tell("F_SEAL_WRITE", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	tell("pwrite", pwrite(fd, "x", 1, 0));
	tell("read-only", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
	tell("writable", mmap(NULL, PAGE, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0);
	close(fd);
	tell("closed", pread(fd, text, 1, 0));
	return 0;
}

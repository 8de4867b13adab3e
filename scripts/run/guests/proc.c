// SPDX-License-Identifier: GPL-2.0
/* What /proc tells of this program: it says in a line what is not as it should be. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096ul
#define WRONG(...)	do { printf("line %d: ", __LINE__); printf(__VA_ARGS__); printf("\n"); } while (0)

/* as in linux/fs.h of the tree */
struct query {
	uint64_t size, flags, addr, start, end, vma_flags, page_size, offset, inode;
	uint32_t major, minor, name_size, build_id_size;
	uint64_t name, build_id;
};
#define QUERY	0xc0686611

struct scan {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, ret;
};
#define SCAN		0xc0606610
#define IS_PRESENT	8

struct region {
	uint64_t start, end, categories;
};

static int lines_of(const char *file, char *from, char *to, const char *has)
{
	char line[512];
	unsigned long start, end;
	FILE *f = fopen(file, "r");
	int nr = 0, in = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			in = start >= (unsigned long)from && end <= (unsigned long)to;
		nr += in && strstr(line, has);
	}
	if (f)
		fclose(f);
	return nr;
}

static uint64_t entry_of(int fd, char *at)
{
	uint64_t e = 0;

	if (pread(fd, &e, 8, (unsigned long)at / PAGE * 8) != 8)
		WRONG("pagemap: %s", strerror(errno));
	return e;
}

static void text(char *m)
{
	if (lines_of("/proc/self/maps", m, m + 8 * PAGE, "-") != 3)
		WRONG("%d mappings", lines_of("/proc/self/maps", m, m + 8 * PAGE, "-"));
	if (lines_of("/proc/self/maps", m, m + 8 * PAGE, " r--p ") != 1)
		WRONG("rights");
	if (lines_of("/proc/self/smaps", m, m + 8 * PAGE, "VmFlags:") != 3)
		WRONG("flags");
	if (lines_of("/proc/thread-self/smaps", m, m + 8 * PAGE, "Rss:                   8 kB") != 1)
		WRONG("resident pages");
	if (!lines_of("/proc/self/smaps_rollup", NULL, (char *)-1ul, "Pss:"))
		WRONG("smaps_rollup");
}

static void query(char *m)
{
	int fd = open("/proc/self/maps", O_RDONLY);
	struct query q = { .size = sizeof(q), .addr = (unsigned long)m + 5 * PAGE };

	if (ioctl(fd, QUERY, &q))
		WRONG("PROCMAP_QUERY: %s", strerror(errno));
	else if (q.start != (unsigned long)m + 4 * PAGE || q.end != q.start + PAGE * 2 || q.vma_flags != 1)
		WRONG("%lx-%lx, %lx", (long)q.start, (long)q.end, (long)q.vma_flags);
	close(fd);
}

static void pages(char *m)
{
	int fd = open("/proc/self/pagemap", O_RDONLY), other;
	struct region r[4];
	struct scan s = { .size = sizeof(s), .start = (unsigned long)m, .end = (unsigned long)m + 8 * PAGE,
			  .vec = (unsigned long)r, .vec_len = 4, .mask = IS_PRESENT, .ret = IS_PRESENT };
	uint64_t two[2];

	if (!(entry_of(fd, m) >> 63) || entry_of(fd, m + 7 * PAGE) >> 63)
		WRONG("presence");
	other = dup(fd);
	lseek(fd, (unsigned long)m / PAGE * 8, SEEK_SET);
	if (read(other, two, 16) != 16 || !(two[0] >> 63) || !(two[1] >> 63))
		WRONG("a copy of the descriptor");
	if (ioctl(fd, SCAN, &s) != 1 || r[0].start != (unsigned long)m || r[0].end != (unsigned long)m + 2 * PAGE)
		WRONG("PAGEMAP_SCAN: %s", strerror(errno));
	close(other);
	close(fd);
}

static void soft_dirty(char *m)
{
	int fd = open("/proc/self/pagemap", O_RDONLY), refs = open("/proc/self/clear_refs", O_WRONLY);

	if (write(refs, "4", 1) != 1)
		WRONG("clear_refs: %s", strerror(errno));
	if (entry_of(fd, m) >> 55 & 1)
		WRONG("still dirty");
	m[0] = 'y';
	if (!(entry_of(fd, m) >> 55 & 1) || entry_of(fd, m + PAGE) >> 55 & 1)
		WRONG("dirty after a store");
	close(refs);
	close(fd);
}

static void settings(char *m)
{
	struct iovec v = { m, PAGE };
	long done;
	int old;

	if (prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, m, PAGE, "my own"))
		WRONG("PR_SET_VMA: %s", strerror(errno));
	if (lines_of("/proc/self/maps", m, m + 8 * PAGE, "[anon:my own]") != 1)
		WRONG("name");
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) || prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) != 1 ||
	    prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) || prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0))
		WRONG("PR_SET_THP_DISABLE");
	done = syscall(SYS_process_madvise, -10000, &v, 1, MADV_DONTNEED, 0);
	old = done == -1 && errno == ENOSYS;	/* older trees cannot do it for the caller */
	if (!old && (done != (long)PAGE || m[0]))
		WRONG("process_madvise: %s", strerror(errno));
	if (!old && (syscall(SYS_process_madvise, 0, &v, 1, MADV_DONTNEED, 0) != -1 || errno != EBADF))
		WRONG("process_madvise of no process: %s", strerror(errno));
	if (prctl(65, 1, 0, 0, 0) || prctl(66, 0, 0, 0, 0) != 1)	/* MDWE */
		WRONG("PR_SET_MDWE: %s", strerror(errno));
	if (mmap(NULL, PAGE, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		WRONG("it does nothing");
}

/* The parent's, which has other mappings there, by its number. */
static void of_parent(char *m)
{
	char name[64];
	int status;

	if (!fork()) {
		snprintf(name, sizeof(name), "/proc/%d/maps", getppid());
		munmap(m, 8 * PAGE);
		if (lines_of(name, m, m + 8 * PAGE, "-") != 3 || lines_of("/proc/self/maps", m, m + 8 * PAGE, "-"))
			WRONG("maps of another process");
		exit(0);
	}
	wait(&status);
}

int main(void)
{
	char *m = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	setbuf(stdout, NULL);
	/* among others that it cannot merge with */
	m += 4 * PAGE;
	mprotect(m, 8 * PAGE, PROT_READ | PROT_WRITE);
	m[0] = m[PAGE] = 'x';
	mprotect(m + 4 * PAGE, 2 * PAGE, PROT_READ);
	text(m);
	query(m);
	pages(m);
	soft_dirty(m);
	of_parent(m);
	settings(m);
	puts("done");
	return 0;
}

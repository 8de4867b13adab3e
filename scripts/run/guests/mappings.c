// SPDX-License-Identifier: GPL-2.0
/*
 * A guest for scripts/run/hosted_test.py: prints what signals, mappings and forks do. Its output must be
 * the same whether the kernel or the machine serves it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096
#define RW	(PROT_READ | PROT_WRITE)

static sigjmp_buf back;
static siginfo_t last;

static void note(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	last = *info;
	siglongjmp(back, 1);
}

/* Access a byte, and print the signal of that. */
static void touch(const char *what, volatile char *p, int write)
{
	if (sigsetjmp(back, 1)) {
		printf("%s: signal %d, code %d, %s\n", what, last.si_signo, last.si_code,
		       last.si_addr == (void *)p ? "there" : "elsewhere");
		return;
	}
	if (write)
		*p = 'w';
	else
		(void)*p;
	printf("%s: done\n", what);
}

static char *anon(void *at, int nr, int flags)
{
	return mmap(at, nr * PAGE, RW, flags | MAP_ANONYMOUS, -1, 0);
}

static void rights(char *p)
{
	touch("null", NULL, 0);
	touch("null, write", NULL, 1);
	touch("anonymous", p, 1);
	mprotect(p, PAGE, PROT_READ);
	touch("read-only, write", p, 1);
	touch("read-only", p, 0);
	mprotect(p, PAGE, RW);
	touch("writable again", p, 1);
	mprotect(p, PAGE, PROT_NONE);
	touch("no access", p, 0);
	mprotect(p, PAGE, RW);
	touch("access again", p, 0);
	munmap(p + PAGE, PAGE);
	touch("unmapped", p + PAGE, 1);
	anon(p + PAGE, 1, MAP_PRIVATE | MAP_FIXED);
	touch("mapped again", p + PAGE, 1);
	mprotect(p + 2 * PAGE, PAGE, PROT_READ);
	touch("zero page", p + 2 * PAGE, 0);
	touch("zero page, write", p + 2 * PAGE, 1);
	printf("%c%c\n", p[0], p[PAGE]);
}

static void files(char *p, int fd)
{
	char *f = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	ssize_t n;

	touch("file", f, 0);
	touch("behind its end", f + PAGE, 0);
	printf("%s ", f);
	f[0] = 'X';
	printf("%s\n", f);
	n = read(fd, (void *)8, 5);
	printf("read() to nowhere: %zd %d\n", n, errno == EFAULT);
	lseek(fd, 0, SEEK_SET);
	n = read(fd, p + 2 * PAGE, 5);
	printf("read() to a read-only page: %zd %d\n", n, errno == EFAULT);
	n = read(fd, p, 5);
	printf("read(): %zd %.5s\n", n, p);
}

static void forks(char *p)
{
	char *shared = anon(NULL, 1, MAP_SHARED);
	int status;

	if (!fork()) {
		shared[0] = 'c';
		p[0] = 'c';
		_exit(3);
	}
	wait(&status);
	printf("child: %d, shared %c, private %c\n", WEXITSTATUS(status), shared[0], p[0]);
	if (!fork()) {
		signal(SIGSEGV, SIG_DFL);
		*(volatile int *)16 = 1;
		_exit(0);
	}
	wait(&status);
	printf("child: signal %d\n", WTERMSIG(status));
}

int main(void)
{
	const struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };
	char *p = anon(NULL, 4, MAP_PRIVATE), stack[1 << 20], name[] = "/tmp/hosted-XXXXXX";
	int fd = mkstemp(name);

	unlink(name);
	if (write(fd, "hello", 5) != 5)
		return 1;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	rights(p);
	files(p, fd);
	forks(p);
	p = mremap(p, PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	printf("moved: %.5s\n", p);
	madvise(p, PAGE, MADV_DONTNEED);
	printf("dropped: %d\n", p[0]);
	memset(stack, 1, sizeof(stack));
	printf("stack: %d\n", stack[100]);
	return 7;
}

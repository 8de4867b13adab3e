// SPDX-License-Identifier: GPL-2.0
/* A program that serves its own faults by userfaultfd. The host prints the same. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE	4096ul
#define RW	(PROT_READ | PROT_WRITE)
#define PAGES	8

static char *area;
static int missing, written, events;

static void serve(int fd, const struct uffd_msg *msg)
{
	static char page[2 * PAGE];
	char *from = (char *)(((unsigned long)page + PAGE - 1) & -PAGE);
	unsigned long at = msg->arg.pagefault.address & -PAGE;
	struct uffdio_copy copy = { .dst = at, .src = (unsigned long)from, .len = PAGE };
	struct uffdio_writeprotect wp = { { at, PAGE }, 0 };

	if (msg->event != UFFD_EVENT_PAGEFAULT) {
		events++;
	} else if (msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP) {
		written++;
		ioctl(fd, UFFDIO_WRITEPROTECT, &wp);
	} else {
		missing++;
		memset(from, 'a' + (at - (unsigned long)area) / PAGE, PAGE);
		ioctl(fd, UFFDIO_COPY, &copy);
	}
}

static void *monitor(void *arg)
{
	int fd = *(int *)arg;
	struct uffd_msg msg;

	while (read(fd, &msg, sizeof(msg)) == sizeof(msg))
		serve(fd, &msg);
	return NULL;
}

static int open_it(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_REMOVE };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		exit(3);
	return fd;
}

static void *touch(void *at)
{
	printf("%c\n", *(char *)at);
	return NULL;
}

int main(void)
{
	int fd = open_it(), none = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_register r = { .mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect wp = { .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	struct uffdio_range range;
	struct pollfd p = { fd, POLLIN };
	pthread_t t, other;
	int i;

	setbuf(stdout, NULL);
	area = mmap(NULL, PAGES * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	r.range = wp.range = range = (struct uffdio_range) { (unsigned long)area, PAGES * PAGE };
	printf("before UFFDIO_API: %d\n", ioctl(none, UFFDIO_REGISTER, &r) < 0 ? errno == EINVAL : -1);
	close(none);
	printf("register: %d\n", ioctl(fd, UFFDIO_REGISTER, &r));
	printf("nothing: %d\n", poll(&p, 1, 0) & ~1);
	pthread_create(&t, NULL, monitor, &fd);
	for (i = 0; i < 3; i++)
		printf("%c", area[i * PAGE]);
	pthread_create(&other, NULL, touch, area + 4 * PAGE);
	pthread_join(other, NULL);
	printf("protect: %d\n", ioctl(fd, UFFDIO_WRITEPROTECT, &wp));
	area[0] = 'X';
	area[1] = 'Y';
	printf("%.3s, read into it: %zd %c\n", area, read(open("/dev/zero", O_RDONLY), area + 5 * PAGE, 1), area[5 * PAGE + 1]);
	madvise(area + PAGE, PAGE, MADV_DONTNEED);
	printf("again: %c\n", area[PAGE]);
	printf("unregister: %d\n", ioctl(fd, UFFDIO_UNREGISTER, &range));
	printf("none: %d\n", area[6 * PAGE]);
	printf("%d missing, %d written, %d events\n", missing, written, events);
	pthread_cancel(t);
	pthread_join(t, NULL);
	return 0;
}

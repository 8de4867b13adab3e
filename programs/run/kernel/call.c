// SPDX-License-Identifier: GPL-2.0
/* System calls of guests, by their entry points in the tree. */
#include <linux/mman.h>
#include <linux/swap.h>
#include <linux/syscalls.h>
#include <uapi/linux/pidfd.h>

#include <shim/files.h>

#include "internal.h"
#include "hosted.h"

/* Numbers of x86-64: the headers of the machine have those of asm-generic. */
enum {
	CALL_MMAP = 9, CALL_MPROTECT = 10, CALL_MUNMAP = 11, CALL_BRK = 12, CALL_MREMAP = 25, CALL_MSYNC = 26,
	CALL_MINCORE = 27, CALL_MADVISE = 28, CALL_MLOCK = 149, CALL_MUNLOCK = 150, CALL_MLOCKALL = 151,
	CALL_MUNLOCKALL = 152, CALL_REMAP_FILE = 216, CALL_MLOCK2 = 325, CALL_PKEY_MPROTECT = 329,
	CALL_PROCESS_MADVISE = 440, CALL_MSEAL = 462,
};

#ifdef PIDFD_SELF_THREAD
#define HAS_PIDFD_SELF	1
#endif

/**
 * hosted_can() - can this build serve a call?
 * @nr: of x86-64
 */
int hosted_can(long nr)
{
	switch (nr) {
	case CALL_MMAP:
	case CALL_MPROTECT:
	case CALL_MUNMAP:
	case CALL_BRK:
	case CALL_MREMAP:
	case CALL_MSYNC:
	case CALL_MINCORE:
	case CALL_MADVISE:
	case CALL_MLOCK:
	case CALL_MUNLOCK:
	case CALL_MLOCKALL:
	case CALL_MUNLOCKALL:
	case CALL_REMAP_FILE:
	case CALL_MLOCK2:
	case CALL_MSEAL:
		return true;
	case CALL_PROCESS_MADVISE:
		return __is_defined(HAS_PIDFD_SELF);
	}
	return false;
}

/* Of the caller itself: a worker is a task of the machine, and no process of it is the guest. */
static long process_madvise_self(const unsigned long *a)
{
#ifdef HAS_PIDFD_SELF
	struct file *file = shim_proc_open(SHIM_PROC_MAPS);	/* gives the worker a struct pid of its own */

	if (IS_ERR(file))
		return PTR_ERR(file);
	shim_proc_close(file);
	return sys_process_madvise(PIDFD_SELF_THREAD, (const struct iovec __user *)a[1], a[2], a[3], a[4]);
#else
	return -ENOSYS;
#endif
}

static long do_mmap_call(struct space *sp, const unsigned long *a, struct file *file)
{
	if (a[3] & MAP_HUGETLB)
		return -EINVAL;
	if (!IS_ENABLED(CONFIG_SHMEM) && !file && (a[3] & MAP_SHARED))
		return -ENODEV;
	return hosted_map(sp, file, a[0], a[1], a[2], a[3], a[5]);
}

/**
 * hosted_call() - make a system call in a space
 * @space: of the guest
 * @nr: its number on x86-64, one of hosted_can()
 * @a: its arguments
 * @file: of mmap(), or NULL
 *
 * Return: as the call returns it: an address, 0, or a negative errno.
 */
long hosted_call(void *space, long nr, const unsigned long *a, void *file)
{
	struct space *sp = space;

	shim_use_mm(sp->mm);
	/* a guest runs on one CPU where the machine has one for each worker */
	lru_add_drain();
	switch (nr) {
	case CALL_MMAP:
		return do_mmap_call(sp, a, file);
	case CALL_MPROTECT:
		return sys_mprotect(a[0], a[1], a[2]);
	case CALL_MUNMAP:
		return sys_munmap(a[0], a[1]);
	case CALL_BRK:
		return sys_brk(a[0]);
	case CALL_MREMAP:
		return sys_mremap(a[0], a[1], a[2], a[3], a[4]);
	case CALL_MSYNC:
		return sys_msync(a[0], a[1], a[2]);
	case CALL_MINCORE:
		return sys_mincore(a[0], a[1], (unsigned char __user *)a[2]);
	case CALL_MADVISE:
		return sys_madvise(a[0], a[1], a[2]);
	case CALL_MLOCK:
		return sys_mlock(a[0], a[1]);
	case CALL_MUNLOCK:
		return sys_munlock(a[0], a[1]);
	case CALL_MLOCKALL:
		return sys_mlockall(a[0]);
	case CALL_MUNLOCKALL:
		return sys_munlockall();
	case CALL_REMAP_FILE:
		return sys_remap_file_pages(a[0], a[1], a[2], a[3], a[4]);
	case CALL_MLOCK2:
		return sys_mlock2(a[0], a[1], a[2]);
	case CALL_PROCESS_MADVISE:
		return process_madvise_self(a);
	case CALL_MSEAL:
		return sys_mseal(a[0], a[1], a[2]);
	}
	return -ENOSYS;
}

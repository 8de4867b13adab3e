// SPDX-License-Identifier: GPL-2.0
/* The filter of system calls: which ones the supervisor is told of. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <uapi/linux/filter.h>	/* linux/filter.h of tools/ in older trees is another one */
#include <unistd.h>

#include "guest.h"
#include "util.h"

/* Calls that are about address spaces, whether they are supported or not. */
static const int told[] = {
	SYS_mmap, SYS_mprotect, SYS_munmap, SYS_brk, SYS_mremap, SYS_msync, SYS_mincore, SYS_madvise,
	SYS_shmat, SYS_shmdt, SYS_mlock, SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_remap_file_pages,
	SYS_mlock2, SYS_pkey_mprotect, SYS_pkey_alloc, NR_ASK, SYS_clone, SYS_fork, SYS_vfork, SYS_execve,
	SYS_execveat, SYS_exit, SYS_exit_group, SYS_userfaultfd, SYS_process_madvise, SYS_process_mrelease, SYS_vmsplice,
	SYS_io_uring_setup, SYS_io_setup, SYS_memfd_secret, SYS_migrate_pages, SYS_move_pages, SYS_mbind,
	NR_MAP_SHADOW_STACK, SYS_open, SYS_openat, SYS_memfd_create, SYS_ftruncate, SYS_fallocate,
};

/* Calls with a descriptor that are told of where it is one of those that the supervisor serves. */
static const int by_descriptor[] = {
	SYS_read, SYS_write, SYS_pread64, SYS_pwrite64, SYS_fcntl, SYS_dup, SYS_dup2,
	SYS_dup3, SYS_readv, SYS_writev,
};

/* Those without which the C library does well, and with which a guest is served worse. */
static const int absent[] = { SYS_rseq, SYS_clone3 };

/* of prctl(), which headers of the C library's computer may not have yet */
#define NR_SET_MDWE		65
#define NR_GET_MDWE		66
#define NR_SET_MEMORY_MERGE	67
#define NR_GET_MEMORY_MERGE	68
#ifndef PR_SET_VMA
#define PR_SET_VMA		0x53564d41
#endif

#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define GIVE(what)	BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS(value)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)

#define IS(value, skip)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define OTHER(nr, skip)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, skip)

/* Calls that are about address spaces by what their arguments say: they are told of, too. */
static const struct sock_filter by_argument[] = {
	OTHER(SYS_prctl, 11),
	LOAD(args[0]),
	IS(PR_SET_VMA, 8), IS(PR_SET_MM, 7), IS(PR_SET_THP_DISABLE, 6), IS(PR_GET_THP_DISABLE, 5),
	IS(NR_SET_MDWE, 4), IS(NR_GET_MDWE, 3), IS(NR_SET_MEMORY_MERGE, 2), IS(NR_GET_MEMORY_MERGE, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
	/* of files of /proc and userfaultfds, by the number: their descriptors may be any */
	OTHER(SYS_ioctl, 7),
	LOAD(args[1]), IS(PROCMAP_QUERY_NR, 4), IS(PAGEMAP_SCAN_NR, 3),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff00), IS(UFFD_TYPE, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
	OTHER(SYS_prlimit64, 8),
	LOAD(args[2]), IS(0, 4),
	LOAD(args[1]), IS(RLIMIT_AS, 3), IS(RLIMIT_DATA, 2), IS(RLIMIT_MEMLOCK, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
	OTHER(SYS_setrlimit, 6),
	LOAD(args[0]), IS(RLIMIT_AS, 3), IS(RLIMIT_DATA, 2), IS(RLIMIT_MEMLOCK, 1),
	GIVE(SECCOMP_RET_ALLOW),
	GIVE(SECCOMP_RET_USER_NOTIF),
};

/* Where the number is that of a call, which is filled in. */
static const struct sock_filter one_descriptor[] = {
	OTHER(0, 5),
	LOAD(args[0]),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FD_FIRST, 0, 2),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FD_END, 1, 0),
	GIVE(SECCOMP_RET_USER_NOTIF),
	GIVE(SECCOMP_RET_ALLOW),
};

/**
 * filter_install() - have this process and what it starts tell of its calls
 *
 * Return: the listener, or a negative errno.
 */
int filter_install(void)
{
	struct sock_filter f[320] = {
		LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		GIVE(SECCOMP_RET_ERRNO | ENOSYS),
		/* calls from the agent's code are the host's */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 4),
		LOAD(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, AGENT_CODE, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, AGENT_ASK, 1, 0),
		GIVE(SECCOMP_RET_ALLOW),
		LOAD(nr),
	};
	struct sock_fprog prog = { .filter = f };
	size_t n = 10, i;
	long fd;

	for (i = 0; i < ARRAY_SIZE(absent); i++) {
		f[n++] = (struct sock_filter)UNLESS(absent[i]);
		f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ERRNO | ENOSYS);
	}
	for (i = 0; i < ARRAY_SIZE(told); i++) {
		f[n++] = (struct sock_filter)UNLESS(told[i]);
		f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_USER_NOTIF);
	}
	for (i = 0; i < ARRAY_SIZE(by_descriptor); i++) {
		memcpy(f + n, one_descriptor, sizeof(one_descriptor));
		f[n].k = by_descriptor[i];
		n += ARRAY_SIZE(one_descriptor);
	}
	memcpy(f + n, by_argument, sizeof(by_argument));
	n += ARRAY_SIZE(by_argument);
	f[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
	prog.len = n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &prog);
	return fd < 0 ? -errno : fd;
}

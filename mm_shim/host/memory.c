// SPDX-License-Identifier: GPL-2.0
/* The arena that stands for physical memory, and its poison. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <shim/host.h>

#include "arena.h"

/* Functions that only a binary with ASan has. */
void __asan_poison_memory_region(const volatile void *addr, size_t size)
	__attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *addr, size_t size)
	__attribute__((weak));
void __asan_get_shadow_mapping(size_t *scale, size_t *offset) __attribute__((weak));

/* A fault of the host costs more than to clear a huge page, also in ASan's shadow of it. */
static void want_huge_pages(uintptr_t at, unsigned long size)
{
	size_t scale, offset;

	madvise((void *)at, size, MADV_HUGEPAGE);
	if (!__asan_get_shadow_mapping)
		return;
	__asan_get_shadow_mapping(&scale, &offset);
	madvise((void *)((at >> scale) + offset), size >> scale, MADV_HUGEPAGE);
}

/**
 * host_reserve() - reserve zeroed memory, which the host allocates when it is used
 * @size: bytes, a multiple of the page size
 * @align: alignment in bytes, a power of two
 *
 * Context: any; the range is never given back.
 * Return: the start, never NULL: the process ends by host_lacks() if it cannot be reserved.
 */
void *host_reserve(unsigned long size, unsigned long align)
{
	char *p = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		host_lacks("cannot reserve the machine's memory; raise ulimit -v");
	p = (char *)(((uintptr_t)p + align - 1) & ~(align - 1));
	want_huge_pages((uintptr_t)p, size);
	return p;
}

static int arena_fd = -1;

/**
 * host_arena_share() - have the machine's memory be a file that other processes can map
 * @fd: of memfd_create(), empty
 *
 * Context: before shim_boot().
 */
void host_arena_share(int fd)
{
	arena_fd = fd;
}

/**
 * host_arena() - reserve the memory that stands for physical memory
 * @size: bytes, a multiple of the page size
 * @align: alignment in bytes, a power of two
 *
 * Context: as host_reserve().
 * Return: as host_reserve(); a mapping of the file of host_arena_share(), if there is one.
 */
void *host_arena(unsigned long size, unsigned long align)
{
	void *p = host_reserve(size, align);

	if (arena_fd < 0)
		return p;
	if (ftruncate(arena_fd, size) ||
	    mmap(p, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, arena_fd, 0) != p)
		host_lacks("cannot reserve the machine's memory as a file");
	return p;
}

/**
 * host_poison() - let ASan report every access to a range
 * @addr: start, aligned to 8
 * @size: bytes
 *
 * Does nothing without ASan.
 *
 * Context: any.
 */
void host_poison(const void *addr, unsigned long size)
{
	if (__asan_poison_memory_region)
		__asan_poison_memory_region(addr, size);
}

/**
 * host_unpoison() - allow access to a range again
 * @addr: start, aligned to 8
 * @size: bytes
 *
 * Context: any.
 */
void host_unpoison(const void *addr, unsigned long size)
{
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region(addr, size);
}

/**
 * host_has_poison() - check if host_poison() has an effect in this binary
 *
 * Return: 1 with ASan, else 0.
 */
int host_has_poison(void)
{
	return __asan_poison_memory_region != NULL;
}

/**
 * host_touch() - read a byte, which ASan reports if it is poisoned
 * @addr: the byte
 *
 * Context: any; for callers that are built without instrumentation.
 */
void host_touch(const void *addr)
{
	(void)*(const volatile char *)addr;
}

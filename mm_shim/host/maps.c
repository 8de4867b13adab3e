// SPDX-License-Identifier: GPL-2.0
/* The mappings of this process, and the way back to those of an earlier time. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rewind.h"

/* A line has two addresses, the permissions, and perhaps a name */
static const char *parse(const char *at, const char *end, struct map *map)
{
	unsigned long *to = &map->start;
	unsigned int column;

	*map = (struct map) { };
	for (; at < end && *at != ' '; at++) {
		if (*at == '-')
			to = &map->end;
		else
			*to = *to << 4 | (*at <= '9' ? *at - '0' : *at - 'a' + 10);
	}
	for (column = 0; at < end && *at != '\n'; at++, column++) {
		if (column < 5 && *at == "?rwxp"[column])
			map->flags |= 1u << (column - 1);
		else if (*at == '[' && at[1] == 'h')
			map->flags |= MAP_HEAP;
		else if (*at == '/')
			map->flags |= MAP_NAMED;
	}
	return at + 1;
}

/**
 * maps_read() - get the mappings of this process
 * @maps: set to them, by address
 * @most: room there
 * @text: room to read them to, MAPS_TEXT bytes
 *
 * Allocates no memory, and maps none.
 *
 * Return: their number; 0 if /proc cannot be read, or @most are too few.
 */
unsigned int maps_read(struct map *maps, unsigned int most, char *text)
{
	int fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	const char *at;
	unsigned int nr;
	ssize_t got;

	if (fd < 0)
		return 0;
	while ((got = syscall(SYS_read, fd, text + len, MAPS_TEXT - len)) > 0)
		len += got;
	syscall(SYS_close, fd);
	if (got < 0 || len == MAPS_TEXT)
		return 0;
	for (nr = 0, at = text; at < text + len; nr++) {
		if (nr == most)
			return 0;
		at = parse(at, text + len, &maps[nr]);
	}
	return nr;
}

/* Gives back what is mapped now and was not. */
static bool unmap(unsigned long start, unsigned long end, unsigned int flags)
{
	if (flags & MAP_HEAP)
		return (unsigned long)syscall(SYS_brk, start) == start;
	return !syscall(SYS_munmap, start, end - start);
}

/* Reserves again what was, of which an allocator has used a part since. */
static bool reserve(unsigned long start, unsigned long end)
{
	return syscall(SYS_mmap, start, end - start, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == (long)start;
}

static bool back(unsigned long start, unsigned long end, const struct map *now,
		 const struct map *then, void (*gone)(unsigned long start, unsigned long end))
{
	const unsigned int all = MAP_READS | MAP_WRITES | MAP_RUNS | MAP_OWN;

	if (!now)
		return !then;
	if (then && (now->flags & all) == (then->flags & all))
		return true;
	gone(start, end);
	if (!then)
		return unmap(start, end, now->flags);
	return (then->flags & all) == MAP_OWN && reserve(start, end);
}

/**
 * maps_go_back() - have the mappings again that this process had at an earlier time
 * @now: what it has now, of maps_read()
 * @nr_now: their number
 * @then: what it had
 * @nr_then: their number
 * @gone: called for each range whose contents go
 *
 * What is mapped in addition is unmapped; the contents of the rest are left alone.
 *
 * Context: no other thread runs.
 * Return: false if that cannot be done: then some of them may be gone.
 */
bool maps_go_back(const struct map *now, unsigned int nr_now,
		  const struct map *then, unsigned int nr_then,
		  void (*gone)(unsigned long start, unsigned long end))
{
	const struct map *of[2] = { now, then }, *stop[2] = { now + nr_now, then + nr_then };
	unsigned long at = 0, end, next;
	bool in[2];
	int i;

	for (;; at = end) {
		end = -1ul;
		for (i = 0; i < 2; i++) {
			while (of[i] < stop[i] && of[i]->end <= at)
				of[i]++;
			in[i] = of[i] < stop[i] && of[i]->start <= at;
			next = in[i] ? of[i]->end : of[i] < stop[i] ? of[i]->start : -1ul;
			if (next < end)
				end = next;
		}
		if (end == -1ul)
			return true;
		if (!back(at, end, in[0] ? of[0] : NULL, in[1] ? of[1] : NULL,
			  gone))
			return false;
	}
}

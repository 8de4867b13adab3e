// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/maps and smaps: the calls that make such an address space. What the lines of
 * VmFlags say besides is done by madvise(), mlock() and mseal().
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "maps.h"

/**
 * struct state - the VMA of the lines that are read
 * @call: its mmap(); no length if there is none
 * @more: calls that give it what its VmFlags say
 * @nr_more: how many
 * @also: all of them in a number, and @also_before those of the VMA before
 * @name: its path, "[heap]" or the like, or empty
 * @begun: the process is there
 * @account: VmFlags have it
 * @before: the mmap() before @call
 * @heap: the end of the heap so far, 0 before it
 */
struct state {
	struct replay_call call, before;
	struct {
		enum replay_kind kind;
		unsigned long arg;
	} more[VMA_ADVICES + 2];
	unsigned int nr_more;
	unsigned long also, also_before;
	char name[256];
	bool begun, account;
	unsigned long heap;
};

static struct state *state_of(struct reader *r)
{
	return reader_state(r, sizeof(struct state));
}

static bool is_special(const char *name)
{
	return !strncmp(name, "[vdso", 5) || !strncmp(name, "[vvar", 5) ||
	       !strncmp(name, "[vsyscall", 9) || !strncmp(name, "[uprobes", 8);
}

static void brk_to(struct reader *r, const struct replay_call *map, unsigned long addr)
{
	struct replay_call *c = reader_add(r, REPLAY_BRK, map->proc);

	c->line = map->line;
	c->arg[0] = addr;
	c->arg[1] = 1;
	c->ret = addr;
}

/* A VMA of the heap, which later calls of brk() go on with: made by brk(), too. */
static void add_heap(struct reader *r, const struct replay_call *map)
{
	const unsigned long start = map->arg[0], end = start + map->arg[1];
	struct state *s = state_of(r);
	struct replay_call hole = *map;

	if (!s->heap)
		brk_to(r, map, start);
	brk_to(r, map, end);
	if (s->heap && s->heap < start) {
		hole.arg[0] = s->heap;
		hole.arg[1] = start - s->heap;
		vma_also(r, &hole, REPLAY_MUNMAP, 0);
	}
	if (map->arg[2] != (PROT_READ | PROT_WRITE))
		vma_also(r, map, REPLAY_MPROTECT, map->arg[2]);
	s->heap = end;
}

/* The VMA whose lines are all read. */
static void finish(struct reader *r)
{
	struct state *s = state_of(r);
	unsigned int i;

	if (!s->call.arg[1])
		return;
	/* the kernel's own, which no call has made */
	if (!is_special(s->name)) {
		if (!strcmp(s->name, "[heap]"))
			add_heap(r, &s->call);
		else
			vma_add(r, &s->call, s->also == s->also_before ? &s->before : NULL, s->account);
		s->before = s->call;
		for (i = 0; i < s->nr_more; i++)
			vma_also(r, &s->call, s->more[i].kind, s->more[i].arg);
	}
	s->call = (struct replay_call) { .line = 0 };
	s->nr_more = 0;
	s->also_before = s->also;
	s->also = 0;
	s->account = false;
}

static void also(struct state *s, enum replay_kind kind, unsigned long arg)
{
	if (s->nr_more == ARRAY_SIZE(s->more))
		return;
	s->also = s->also * 64 + kind * 32 + arg;
	s->more[s->nr_more].kind = kind;
	s->more[s->nr_more++].arg = arg;
}

/* "VmFlags: rd wr mr mw me ac sd" */
static void vm_flags(struct reader *r, char *line)
{
	struct state *s = state_of(r);
	char *word, *rest = line + strlen("VmFlags:");
	size_t i;

	while ((word = strsep(&rest, " "))) {
		for (i = 0; i < VMA_ADVICES; i++)
			if (!strcmp(word, vma_advices[i].smaps))
				also(s, REPLAY_MADVISE, vma_advices[i].advice);
		if (!strcmp(word, "lo"))
			also(s, REPLAY_MLOCK, 0);
		else if (!strcmp(word, "sl"))
			also(s, REPLAY_MSEAL, 0);
		else if (!strcmp(word, "ac"))
			s->account = true;
		else if (!strcmp(word, "nr"))
			s->call.arg[3] |= MAP_NORESERVE;
		else if (!strcmp(word, "ht"))
			reader_other(r, "hugetlb");
		else if (!strcmp(word, "um") || !strcmp(word, "uw"))
			reader_other(r, "userfaultfd");
	}
}

static void begin(struct reader *r)
{
	struct state *s = state_of(r);

	if (s->begun)
		return;
	s->begun = true;
	proc_new(r, 1);
	/* its stack is among the lines */
	reader_add(r, REPLAY_EXEC, 0)->arg[0] = 1;
}

static bool is_anonymous(const char *name)
{
	return !*name || *name == '[' || !strncmp(name, "/dev/zero", 9) || !strncmp(name, "anon_inode:", 11);
}

/* "7f3a2c000000-7f3a2c021000 rw-p 00000000 08:01 123   /usr/lib/x" */
static bool vma(struct reader *r, const char *line)
{
	unsigned long start, end, offset, inode;
	struct state *s = state_of(r);
	unsigned int major, minor;
	char rights[5];
	int at = 0;

	if (sscanf(line, "%lx-%lx %4s %lx %x:%x %lu%n", &start, &end, rights, &offset, &major, &minor,
		   &inode, &at) != 7 || strlen(rights) != 4 || end <= start)
		return false;
	finish(r);
	begin(r);
	line += at;
	snprintf(s->name, sizeof(s->name), "%s", line + strspn(line, " \t"));
	s->call = (struct replay_call) {
		.kind = REPLAY_MMAP, .line = input_line_nr(reader_input(r)), .file = -1, .ret = start,
		.arg = { start, end - start,
			 (rights[0] == 'r' ? PROT_READ : 0) | (rights[1] == 'w' ? PROT_WRITE : 0) |
				(rights[2] == 'x' ? PROT_EXEC : 0),
			 MAP_FIXED | (rights[3] == 's' ? MAP_SHARED : MAP_PRIVATE), -1, offset },
	};
	if (!strcmp(s->name, "[stack]"))
		s->call.arg[3] |= MAP_GROWSDOWN;
	if (is_anonymous(s->name)) {
		s->call.arg[3] |= MAP_ANONYMOUS;
		s->call.arg[5] = 0;
	} else {
		s->call.file = proc_file(r, proc_first(r), s->name);
	}
	return true;
}

/* "Size:   132 kB", "THPeligible:    0", "ProtectionKey:         0" */
static bool is_of_smaps(const char *line)
{
	size_t len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

	return len && line[len] == ':' && isupper((unsigned char)*line);
}

static void maps_line(struct reader *r, char *line)
{
	if (!*line || vma(r, line))
		return;
	if (!strncmp(line, "VmFlags:", 8))
		vm_flags(r, line);
	else if (!is_of_smaps(line))
		input_damaged(reader_input(r), "not a line of /proc/PID/maps or smaps", line);
}

static void maps_end(struct reader *r)
{
	finish(r);
}

static int maps_is(const char *line)
{
	unsigned long start, end, offset;
	char rights[5];

	return sscanf(line, "%lx-%lx %4[-rwxps] %lx ", &start, &end, rights, &offset) == 4 &&
	       strlen(rights) == 4 ? 2 : 0;
}

const struct format maps_format = {
	.name = "maps",
	.is_layout = true,
	.is = maps_is,
	.line = maps_line,
	.end = maps_end,
};

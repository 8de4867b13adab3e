// SPDX-License-Identifier: GPL-2.0
/*
 * The output of eu-readelf -ln on a core file: the mappings that its process had. The program
 * headers have all of them with their rights, and the note FILE those of files.
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "maps.h"

#define ROOM	64		/* VMAs, at first; it is doubled */

/**
 * struct segment - a mapping
 * @line: of its program header
 * @start: first address
 * @end: behind the last
 * @offset: in the file
 * @prot: its rights
 * @file: number of the file, -1 for none
 */
struct segment {
	unsigned int line;
	unsigned long start, end, offset, prot;
	int file;
};

struct state {
	struct segment *all;
	unsigned int nr, room, at;
	bool in_files;
};

static struct state *state_of(struct reader *r)
{
	return reader_state(r, sizeof(struct state));
}

static struct proc *the_process(struct reader *r)
{
	return proc_first(r) ?: proc_new(r, 1);
}

/* "  LOAD           0x002000 0x0000555555554000 0x0000000000000000 0x001000 0x001000 R E 0x1000" */
static bool load(struct reader *r, const char *line)
{
	unsigned long offset, start, physical, in_file, size;
	struct state *s = state_of(r);
	int at = 0;

	if (sscanf(line, " LOAD %lx %lx %lx %lx %lx%n", &offset, &start, &physical, &in_file, &size, &at) != 5 ||
	    strlen(line + at) < 5)
		return false;
	/* [vsyscall], which is above all that a process can map */
	if ((long)start < 0 || start + size <= start)
		return true;
	if (s->nr == s->room) {
		s->room = s->room ? 2 * s->room : ROOM;
		s->all = realloc(s->all, s->room * sizeof(*s->all));
		if (!s->all)
			die("out of memory");
	}
	s->all[s->nr++] = (struct segment) {
		.line = input_line_nr(reader_input(r)), .start = start, .end = start + size, .file = -1,
		.prot = (line[at + 1] == 'R' ? PROT_READ : 0) | (line[at + 2] == 'W' ? PROT_WRITE : 0) |
			(line[at + 3] == 'E' ? PROT_EXEC : 0),
	};
	return true;
}

/* "      7ffff7dd3000-7ffff7df9000 00000000 155648      /usr/lib/libc.so.6"; both are by address */
static bool file(struct reader *r, const char *line)
{
	unsigned long start, end, offset, size;
	struct state *s = state_of(r);
	int at = 0;

	if (sscanf(line, " %lx-%lx %lx %lu %n", &start, &end, &offset, &size, &at) != 4 || !at)
		return false;
	while (s->at < s->nr && s->all[s->at].start < start)
		s->at++;
	if (s->at == s->nr || s->all[s->at].start != start)
		input_damaged(reader_input(r), "a file that no program header has; eu-readelf -ln gives both", line);
	s->all[s->at].file = proc_file(r, the_process(r), line + at);
	s->all[s->at].offset = offset;
	return true;
}

static void core_line(struct reader *r, char *line)
{
	struct state *s = state_of(r);
	unsigned int nr;
	char end;

	if (sscanf(line, " %u files%c", &nr, &end) == 2 && end == ':')
		s->in_files = true;
	else if (s->in_files)
		s->in_files = file(r, line);
	else
		load(r, line);
}

static void core_end(struct reader *r)
{
	struct state *s = state_of(r);
	struct replay_call map, before;
	unsigned int i, proc;
	struct segment *v;

	proc = the_process(r)->nr;
	reader_add(r, REPLAY_EXEC, proc)->arg[0] = 1;
	for (v = s->all, i = 0; i < s->nr; i++, v++) {
		map = (struct replay_call) {
			.kind = REPLAY_MMAP, .line = v->line, .proc = proc, .file = v->file, .ret = v->start,
			.arg = { v->start, v->end - v->start, v->prot,
				 MAP_FIXED | MAP_PRIVATE | (v->file < 0 ? MAP_ANONYMOUS : 0), -1, v->offset },
		};
		vma_add(r, &map, i ? &before : NULL, false);
		before = map;
	}
	free(s->all);
	*s = (struct state) { .nr = 0 };
}

static int core_is(const char *line)
{
	return !strncmp(line, "  LOAD  ", 8) ? 2 : 0;
}

const struct format core_format = {
	.name = "core file",
	.is_layout = true,
	.is = core_is,
	.line = core_line,
	.end = core_end,
};

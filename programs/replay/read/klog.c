// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel log with what dump_vma(), dump_vmg(), dump_mm() and mt_dump() print: warnings and
 * bugs of mm, as they are mailed. A line may have anything before it. The VMAs become calls.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "klog.h"
#include "maps.h"

#define ROOM	16
#define MOST	(1U << 17)	/* VMAs: more than a process has */

const char *const klog_roles[KLOG_ROLES] = { "prev", "middle", "next", "target" };

static struct klog *klog_of(struct reader *r)
{
	struct klog *k = reader_state(r, sizeof(*k));

	if (!k->begun) {
		k->begun = true;
		k->now.vma = k->now.mm = -1;
	}
	return k;
}

/* The index of the VMA of that address, which may be new. */
static int vma_at(struct reader *r, struct klog *k, unsigned long at)
{
	unsigned int i;

	for (i = 0; i < k->nr && k->vmas[i].at != at; i++)
		;
	if (i == MOST)
		input_damaged(reader_input(r), "more VMAs than a process has", "");
	if (i == k->room) {
		k->room = k->room ? 2 * k->room : ROOM;
		k->vmas = realloc(k->vmas, k->room * sizeof(*k->vmas));
		if (!k->vmas)
			die("out of memory");
	}
	if (i == k->nr)
		k->vmas[k->nr++] = (struct klog_vma) { .at = at };
	k->vmas[i].line = input_line_nr(reader_input(r));
	return i;
}

/* Read hexadecimal numbers in the order of a format of printk(), wherever it stands in a line. */
#define HAS(line, word, format, ...)	\
	(strstr(line, word) && sscanf(strstr(line, word), word format, __VA_ARGS__) == NR(__VA_ARGS__))
#define NR(...)			NR_(__VA_ARGS__, 4, 3, 2, 1)
#define NR_(a, b, c, d, n, ...)	n

/* "vma %px start %px end %px mm %px", and the lines after it */
static bool of_vma(struct reader *r, struct klog *k, const char *line)
{
	unsigned long at, start, end, mm, prot;
	struct klog_vma *v;

	if (HAS(line, "vma ", "%lx start %lx end %lx mm %lx", &at, &start, &end, &mm)) {
		k->now.vma = vma_at(r, k, at);
		v = &k->vmas[k->now.vma];
		v->start = start;
		v->end = end;
		v->mm = mm;
		v->dumped = true;
		return true;
	}
	if (k->now.vma < 0)
		return false;
	v = &k->vmas[k->now.vma];
	if (HAS(line, "prot ", "%lx anon_vma %lx", &prot, &v->anon_vma) ||
	    HAS(line, "pgoff ", "%lx file %lx", &v->pgoff, &v->file) || strstr(line, "refcnt "))
		return true;
	if (HAS(line, "flags: ", "%lx(%255[^)])", &v->flags, v->names))
		k->now.vma = -1;
	return k->now.vma < 0;
}

/* "prev %px middle %px next %px target %px", or of older trees "prev %px next %px vma %px" */
static bool of_vmg(struct klog *k, const char *line)
{
	unsigned long *role = k->role;

	return HAS(line, "prev ", "%lx middle %lx next %lx target %lx", &role[KLOG_PREV],
		   &role[KLOG_MIDDLE], &role[KLOG_NEXT], &role[KLOG_TARGET]) ||
	       HAS(line, "prev ", "%lx next %lx vma %lx", &role[KLOG_PREV], &role[KLOG_NEXT],
		   &role[KLOG_MIDDLE]);
}

/* "mm %px task_size %lu", and two lines later "pgd %px mm_users %d ... map_count %d" */
static bool of_mm(struct klog *k, const char *line)
{
	unsigned long at, size, count;
	unsigned int i;

	if (HAS(line, "mm ", "%lx task_size %lu", &at, &size)) {
		for (i = 0; i < k->nr_mms && k->mms[i].at != at; i++)
			;
		if (i == KLOG_MMS)
			return true;
		k->nr_mms += i == k->nr_mms;
		k->mms[i] = (struct klog_mm) { .at = at, .map_count = -1 };
		k->now.mm = i;
		return true;
	}
	if (k->now.mm < 0 || !HAS(line, "map_count ", "%lu", &count))
		return false;
	k->mms[k->now.mm].map_count = count;
	k->now.mm = -1;
	return true;
}

/* The range that a dumped tree has a VMA at, which is a bug if it is not that of the VMA. */
static void in_tree(struct reader *r, struct klog *k, unsigned long first, unsigned long last,
		    unsigned long at)
{
	int i = vma_at(r, k, at);	/* which may move them all */
	struct klog_vma *v = &k->vmas[i];

	if (v->dumped && !v->in_tree && k->now.tree < PAGE)
		k->now.tree = v->mm;
	v->in_tree = true;
	v->tree_start = first;
	v->tree_end = last + 1;
	if (!v->dumped) {
		v->start = first;
		v->end = last + 1;
		v->mm = k->now.tree;
	}
}

/* The mm_struct that a tree is in: its mm_mt, not far from its beginning. */
static unsigned long mm_of_tree(struct klog *k, unsigned long tree)
{
	unsigned int i;

	for (i = 0; i < k->nr_mms; i++)
		if (tree >= k->mms[i].at && tree - k->mms[i].at < PAGE)
			return k->mms[i].at;
	for (i = 0; i < k->nr; i++)
		if (tree >= k->vmas[i].mm && tree - k->vmas[i].mm < PAGE)
			return k->vmas[i].mm;
	return ++k->trees;
}

/* "maple_tree(%px) flags %X, ...", and for each entry of a leaf "  %lx-%lx: %px" */
static bool of_tree(struct reader *r, struct klog *k, const char *line)
{
	unsigned long tree, first, last, at;
	const char *range;
	unsigned int flags;
	int end = 0;

	if (HAS(line, "maple_tree(", "%lx) flags %X", &tree, &flags)) {
		k->now.tree = mm_of_tree(k, tree);
		return true;
	}
	range = strrchr(line, '-');
	if (!k->now.tree || !range)
		return false;
	while (range > line && isxdigit((unsigned char)range[-1]))
		range--;
	if (sscanf(range, "%lx-%lx: %16lx%n", &first, &last, &at, &end) != 3 || range[end])
		return strstr(line, " contents: ");
	if (at)
		in_tree(r, k, first, last, at);
	return true;
}

/* The first lines of what has happened, which name a file and its line mostly. */
static void of_event(struct reader *r, struct klog *k, const char *line)
{
	static const char *const begins[] = {
		"WARNING: ", "kernel BUG at ", "BUG: ", "UBSAN: ", "Oops", "general protection fault",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(begins) && k->nr_events < KLOG_EVENTS; i++) {
		const char *at = strstr(line, begins[i]);

		if (!at)
			continue;
		snprintf(k->events[k->nr_events++], sizeof(k->events[0]), "line %u: %s",
			 input_line_nr(reader_input(r)), at);
		return;
	}
}

static void klog_line(struct reader *r, char *line)
{
	struct klog *k = klog_of(r);

	if (of_vmg(k, line) || of_vma(r, k, line) || of_mm(k, line) || of_tree(r, k, line))
		return;
	of_event(r, k, line);
}

static int by_place(const void *a, const void *b)
{
	const struct klog_vma *v = a, *w = b;

	if (v->mm != w->mm)
		return v->mm < w->mm ? -1 : 1;
	return v->start < w->start ? -1 : v->start > w->start;
}

static bool has(const struct klog_vma *v, const char *name)
{
	return klog_has(v, name, strlen(name));
}

static void calls_of(struct reader *r, const struct klog_vma *v, struct proc *proc)
{
	struct replay_call map = {
		.kind = REPLAY_MMAP, .line = v->line, .proc = proc->nr, .file = -1, .open = 1,
		.arg = { v->start, v->end - v->start,
			 (!v->dumped || has(v, "read") ? PROT_READ : 0) |
				(!v->dumped || has(v, "write") ? PROT_WRITE : 0) |
				(has(v, "exec") ? PROT_EXEC : 0),
			 MAP_FIXED | (has(v, "shared") ? MAP_SHARED : MAP_PRIVATE) |
				(v->file ? 0 : MAP_ANONYMOUS) | (has(v, "growsdown") ? MAP_GROWSDOWN : 0) |
				(has(v, "noreserve") ? MAP_NORESERVE : 0), -1 },
	};
	char name[24];
	size_t i;

	if (v->file) {
		snprintf(name, sizeof(name), "file %lx", v->file);
		map.file = proc_file(r, proc, name);
		map.arg[5] = v->pgoff * PAGE;
	}
	vma_add(r, &map, NULL, has(v, "account"));
	for (i = 0; i < VMA_ADVICES; i++)
		if (has(v, vma_advices[i].log))
			vma_also(r, &map, REPLAY_MADVISE, vma_advices[i].advice);
	if (has(v, "locked"))
		vma_also(r, &map, REPLAY_MLOCK, 0);
	if (has(v, "hugetlb"))
		reader_other(r, "hugetlb");
}

static void klog_end(struct reader *r)
{
	struct klog *k = klog_of(r);
	struct proc *proc = NULL;
	unsigned int i;

	if (k->nr)
		qsort(k->vmas, k->nr, sizeof(*k->vmas), by_place);
	reader_said(r, klog_draw(k));
	for (i = 0; i < k->nr; i++) {
		if (k->vmas[i].end <= k->vmas[i].start || (k->vmas[i].start | k->vmas[i].end) % PAGE)
			continue;
		if (!proc || k->vmas[i].mm != k->vmas[i - 1].mm) {
			proc = proc_new(r, i + 1);
			reader_add(r, REPLAY_EXEC, proc->nr)->arg[0] = 1;
		}
		calls_of(r, &k->vmas[i], proc);
	}
	free(k->vmas);
	k->vmas = NULL;
	k->nr = k->room = 0;
}

/* Other formats are asked first, as a log has lines of any kind. */
static int klog_is(const char *line)
{
	unsigned long at, start;
	double seconds;

	if (HAS(line, "vma ", "%lx start %lx", &at, &start) || HAS(line, "maple_tree(", "%lx) flags %lx", &at, &start) ||
	    strstr(line, "------------[ cut here ]") || HAS(line, "mm ", "%lx task_size %lu", &at, &start))
		return 2;
	return sscanf(line, "[%lf] ", &seconds) == 1 || strstr(line, "KTAP version") || strstr(line, "Linux version ");
}

const struct format klog_format = {
	.name = "kernel log",
	.is_layout = true,
	.is = klog_is,
	.line = klog_line,
	.end = klog_end,
};

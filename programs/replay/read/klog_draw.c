// SPDX-License-Identifier: GPL-2.0
/* A drawing of the VMAs of a kernel log: what they are, and what keeps neighbours apart. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog.h"

/*
 * Flags that do not count where VMAs are compared: VM_STICKY and, with the bits that the kernel
 * ignores there, VM_SOFTDIRTY; see vma_flags_mergeable() of the tree.
 */
static const char *const ignored[] = { "softdirty" };

/* Is the word of @len at @at among @names? */
static bool is_among(const char *names, const char *at, size_t len)
{
	for (; *names; names += *names == '|') {
		size_t n = strcspn(names, "|");

		if (n == len && !memcmp(names, at, len))
			return true;
		names += n;
	}
	return false;
}

/* The flags of @v that @w has not, each with @sign before it. */
static void only_in(FILE *to, const struct klog_vma *v, const struct klog_vma *w, char sign)
{
	const char *at = v->names;

	for (; *at; at += *at == '|') {
		size_t n = strcspn(at, "|"), i;

		for (i = 0; i < ARRAY_SIZE(ignored); i++)
			if (strlen(ignored[i]) == n && !memcmp(ignored[i], at, n))
				break;
		if (i == ARRAY_SIZE(ignored) && !is_among(w->names, at, n))
			fprintf(to, " %c%.*s", sign, (int)n, at);
		at += n;
	}
}

/* What differs between neighbours, as far as a dump tells. */
static char *apart(const struct klog_vma *v, const struct klog_vma *w)
{
	size_t size;
	char *text;
	FILE *to = open_memstream(&text, &size);

	only_in(to, v, w, '-');
	only_in(to, w, v, '+');
	if (v->file != w->file)
		fprintf(to, ", the file");
	if (v->anon_vma && w->anon_vma && v->anon_vma != w->anon_vma)
		fprintf(to, ", the anon_vma");
	if (v->pgoff + (v->end - v->start) / 4096 != w->pgoff)
		fprintf(to, ", page offsets do not go on");
	fclose(to);
	return text;
}

/* A, B, ... for the first, second, ... anon_vma of a log. */
static void letter(const struct klog *k, unsigned long anon_vma, char *to, size_t size)
{
	unsigned int i, j, nr = 0;

	for (i = 0; i < k->nr; i++) {
		for (j = 0; j < i && k->vmas[j].anon_vma != k->vmas[i].anon_vma; j++)
			;
		if (j < i || !k->vmas[i].anon_vma)
			continue;
		if (k->vmas[i].anon_vma == anon_vma)
			break;
		nr++;
	}
	if (nr < 26)
		snprintf(to, size, "%c", 'A' + nr);
	else
		snprintf(to, size, "%lx", anon_vma);
}

static void draw_vma(struct reader *r, const struct klog *k, const struct klog_vma *v)
{
	char rights[5] = "????", name[20] = "", role[64] = "";
	unsigned int i;

	if (v->dumped) {
		rights[0] = is_among(v->names, "read", 4) ? 'r' : '-';
		rights[1] = is_among(v->names, "write", 5) ? 'w' : '-';
		rights[2] = is_among(v->names, "exec", 4) ? 'x' : '-';
		rights[3] = is_among(v->names, "mayshare", 8) ? 's' : 'p';
	}
	if (v->anon_vma)
		letter(k, v->anon_vma, name, sizeof(name));
	for (i = 0; i < KLOG_ROLES; i++)
		if (k->role[i] == v->at)
			snprintf(role + strlen(role), sizeof(role) - strlen(role), "  %s", klog_roles[i]);
	reader_say(r, "  %lx-%lx %s", v->start, v->end, rights);
	if (v->dumped)
		reader_say(r, "  pgoff %lx%s%s%s", v->pgoff, v->file ? ", file" : "",
			   *name ? ", anon_vma " : "", name);
	reader_say(r, "%s\n", role);
	if (v->dumped && v->in_tree && (v->start != v->tree_start || v->end != v->tree_end))
		reader_say(r, "    in the tree it is at %lx-%lx\n", v->tree_start, v->tree_end);
}

static void draw_between(struct reader *r, const struct klog_vma *v, const struct klog_vma *w)
{
	char *text;

	if (w->start < v->end) {
		reader_say(r, "    and the next one lies over it\n");
		return;
	}
	if (v->end != w->start || !v->dumped || !w->dumped)
		return;
	text = apart(v, w);
	reader_say(r, "    differ in:%s\n", *text ? text + (*text == ',') : " nothing that was dumped");
	free(text);
}

static void draw_mm(struct reader *r, const struct klog *k, unsigned long at, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < k->nr_mms && k->mms[i].at != at; i++)
		;
	if (at < 4096)
		reader_say(r, "a tree of no mm that is dumped: %u VMAs\n", nr);
	else if (i < k->nr_mms && k->mms[i].map_count >= 0)
		reader_say(r, "mm %lx: map_count %ld, here are %u VMAs\n", at, k->mms[i].map_count, nr);
	else
		reader_say(r, "mm %lx: here are %u VMAs\n", at, nr);
}

/**
 * klog_draw() - draw what a kernel log has
 * @r: its reader, which keeps the drawing as reader_facts()->said
 * @k: what was read, with the VMAs in order
 */
void klog_draw(struct reader *r, const struct klog *k)
{
	unsigned int i, nr;

	for (i = 0; i < k->nr_events; i++)
		reader_say(r, "%s\n", k->events[i]);
	for (i = 0; i < k->nr; i++) {
		const struct klog_vma *v = &k->vmas[i];

		if (!i || v[-1].mm != v->mm) {
			for (nr = 1; i + nr < k->nr && v[nr].mm == v->mm; nr++)
				;
			draw_mm(r, k, v->mm, nr);
		}
		draw_vma(r, k, v);
		if (i + 1 < k->nr && v[1].mm == v->mm)
			draw_between(r, v, v + 1);
	}
}

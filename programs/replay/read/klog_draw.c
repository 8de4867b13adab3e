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

/**
 * klog_has() - check if a VMA has a flag
 * @v: the VMA; one that was not dumped has none
 * @name: the beginning of a text with the flag's name
 * @len: of the name
 */
bool klog_has(const struct klog_vma *v, const char *name, size_t len)
{
	const char *names = v->names;

	for (; *names; names += *names == '|') {
		size_t n = strcspn(names, "|");

		if (n == len && !memcmp(names, name, len))
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
		if (i == ARRAY_SIZE(ignored) && !klog_has(w, at, n))
			fprintf(to, " %c%.*s", sign, (int)n, at);
		at += n;
	}
}

/* What differs between neighbours, as far as a dump tells. */
static void draw_apart(FILE *to, const struct klog_vma *v, const struct klog_vma *w)
{
	size_t size;
	char *text;
	FILE *list = open_memstream(&text, &size);

	only_in(list, v, w, '-');
	only_in(list, w, v, '+');
	if (v->file != w->file)
		fprintf(list, ", the file");
	if (v->anon_vma && w->anon_vma && v->anon_vma != w->anon_vma)
		fprintf(list, ", the anon_vma");
	if (v->pgoff + (v->end - v->start) / PAGE != w->pgoff)
		fprintf(list, ", page offsets do not go on");
	fclose(list);
	fprintf(to, "    differ in:%s\n", *text ? text + (*text == ',') : " nothing that was dumped");
	free(text);
}

/* Number the anon_vmas in the order in which they come. */
static void number_anon_vmas(struct klog *k)
{
	unsigned int i, j, nr = 0;

	for (i = 0; i < k->nr; i++) {
		if (!k->vmas[i].anon_vma)
			continue;
		for (j = 0; k->vmas[j].anon_vma != k->vmas[i].anon_vma; j++)
			;
		k->vmas[i].nr_anon_vma = j < i ? k->vmas[j].nr_anon_vma : nr++;
	}
}

/* A, B, ... for the first of them, the addresses of others. */
static void draw_anon_vma(FILE *to, const struct klog_vma *v)
{
	if (!v->anon_vma)
		return;
	if (v->nr_anon_vma < 26)
		fprintf(to, ", anon_vma %c", 'A' + v->nr_anon_vma);
	else
		fprintf(to, ", anon_vma %lx", v->anon_vma);
}

static void draw_vma(FILE *to, const struct klog *k, const struct klog_vma *v)
{
	char rights[5] = "????";
	unsigned int i;

	if (v->dumped) {
		rights[0] = klog_has(v, "read", 4) ? 'r' : '-';
		rights[1] = klog_has(v, "write", 5) ? 'w' : '-';
		rights[2] = klog_has(v, "exec", 4) ? 'x' : '-';
		rights[3] = klog_has(v, "mayshare", 8) ? 's' : 'p';
	}
	fprintf(to, "  %lx-%lx %s", v->start, v->end, rights);
	if (v->dumped) {
		fprintf(to, "  pgoff %lx%s", v->pgoff, v->file ? ", file" : "");
		draw_anon_vma(to, v);
	}
	for (i = 0; i < KLOG_ROLES; i++)
		if (k->role[i] == v->at)
			fprintf(to, "  %s", klog_roles[i]);
	fputc('\n', to);
	if (v->dumped && v->in_tree && (v->start != v->tree_start || v->end != v->tree_end))
		fprintf(to, "    in the tree it is at %lx-%lx\n", v->tree_start, v->tree_end);
}

static void draw_between(FILE *to, const struct klog_vma *v, const struct klog_vma *w)
{
	if (w->start < v->end)
		fprintf(to, "    and the next one lies over it\n");
	else if (v->end == w->start && v->dumped && w->dumped)
		draw_apart(to, v, w);
}

static void draw_mm(FILE *to, const struct klog *k, unsigned long at, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < k->nr_mms && k->mms[i].at != at; i++)
		;
	if (at < PAGE)
		fprintf(to, "a tree of no mm that is dumped: %u VMAs\n", nr);
	else if (i < k->nr_mms && k->mms[i].map_count >= 0)
		fprintf(to, "mm %lx: map_count %ld, here are %u VMAs\n", at, k->mms[i].map_count, nr);
	else
		fprintf(to, "mm %lx: here are %u VMAs\n", at, nr);
}

/**
 * klog_draw() - draw what a kernel log has
 * @k: what was read, with the VMAs in order, whose anon_vmas get numbers
 *
 * Return: the drawing, which the caller frees.
 */
char *klog_draw(struct klog *k)
{
	unsigned int i, nr;
	size_t size;
	char *text;
	FILE *to = open_memstream(&text, &size);

	number_anon_vmas(k);
	for (i = 0; i < k->nr_events; i++)
		fprintf(to, "%s\n", k->events[i]);
	for (i = 0; i < k->nr; i++) {
		const struct klog_vma *v = &k->vmas[i];

		if (!i || v[-1].mm != v->mm) {
			for (nr = 1; i + nr < k->nr && v[nr].mm == v->mm; nr++)
				;
			draw_mm(to, k, v->mm, nr);
		}
		draw_vma(to, k, v);
		if (i + 1 < k->nr && v[1].mm == v->mm)
			draw_between(to, v, v + 1);
	}
	fclose(to);
	return text;
}

// SPDX-License-Identifier: GPL-2.0
/* The processes of a trace while they live, and the files that they map. */
#define _GNU_SOURCE 1
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

#define MAX_PROCS	4096
#define MAX_FILES	65536

/**
 * proc_next() - walk the processes that live
 * @r: the reader
 * @after: the one before, NULL to begin
 *
 * Return: the next one, or NULL.
 */
struct proc *proc_next(struct reader *r, struct proc *after)
{
	struct procs *p = &r->procs;
	struct proc *proc;

	if (!p->all)
		return NULL;
	for (proc = after ? after + 1 : p->all; proc < p->all + p->nr; proc++)
		if (proc->lives)
			return proc;
	return NULL;
}

/**
 * proc_first() - the first process that lives
 * @r: the reader
 *
 * Return: it, or NULL.
 */
struct proc *proc_first(struct reader *r)
{
	return proc_next(r, NULL);
}

/**
 * proc_count() - how many processes and threads live
 * @r: the reader
 */
unsigned int proc_count(struct reader *r)
{
	return r->procs.living;
}

/**
 * proc_only() - the one process that lives
 * @r: the reader
 *
 * Return: it, or NULL if there are none or several.
 */
struct proc *proc_only(struct reader *r)
{
	return r->procs.living == 1 ? proc_first(r) : NULL;
}

/**
 * proc_find() - look a process up
 * @r: the reader
 * @pid: its number, or 0 for the one that has no number yet
 *
 * Return: it, or NULL.
 */
struct proc *proc_find(struct reader *r, long pid)
{
	struct procs *p = &r->procs;
	struct proc *proc;

	/* mostly the one of the line before */
	if (p->last && p->last->lives && p->last->pid == pid)
		return p->last;
	for (proc = proc_next(r, NULL); proc; proc = proc_next(r, proc)) {
		if (proc->pid == pid) {
			p->last = proc;
			return proc;
		}
	}
	return NULL;
}

/**
 * proc_new() - a process begins
 * @r: the reader
 * @pid: its number, or 0
 */
struct proc *proc_new(struct reader *r, long pid)
{
	struct procs *p = &r->procs;
	struct proc *proc;

	if (!p->all)
		p->all = xcalloc(MAX_PROCS, sizeof(*p->all));
	for (proc = p->all; proc < p->all + p->nr && proc->lives; proc++)
		;
	if (proc == p->all + MAX_PROCS)
		die("%s:%u: more than %d processes live", input_path(r->in), input_line_nr(r->in),
		    MAX_PROCS);
	if (proc == p->all + p->nr)
		p->nr++;
	p->living++;
	*proc = (struct proc) { .pid = pid, .lives = true, .nr = p->begun++ };
	if (r->facts.nr_procs < p->begun)
		r->facts.nr_procs = p->begun;
	return proc;
}

/**
 * proc_end() - a process ends
 * @r: the reader
 * @proc: the process
 */
void proc_end(struct reader *r, struct proc *proc)
{
	free(proc->unfinished);
	*proc = (struct proc) { .lives = false };
	r->procs.living--;
}

struct file_name {
	char *key;
	int nr;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct file_name *)a)->key, ((const struct file_name *)b)->key);
}

/**
 * proc_file() - the number of a mapped file
 * @r: the reader
 * @proc: the process
 * @fd: "3</usr/lib/x>", where the name is what counts, or "3"
 *
 * Return: a number of it in this trace, from 0.
 */
int proc_file(struct reader *r, const struct proc *proc, const char *fd)
{
	const char *name = strchr(fd, '<') ?: strchr(fd, '/');
	struct file_name *new = xcalloc(1, sizeof(*new)), *is;

	new->key = name ? xasprintf("%s", name) : xasprintf("%u:%s", proc->nr, fd);
	new->nr = r->procs.nr_files;
	is = *(struct file_name **)tsearch(new, &r->procs.files, compare);
	if (is != new) {
		free(new->key);
		free(new);
	} else if (r->procs.nr_files++ == MAX_FILES) {
		die("%s:%u: more than %d files are mapped", input_path(r->in), input_line_nr(r->in),
		    MAX_FILES);
	}
	if (r->facts.nr_files < r->procs.nr_files)
		r->facts.nr_files = r->procs.nr_files;
	return is->nr;
}

static void free_name(void *name)
{
	free(((struct file_name *)name)->key);
	free(name);
}

/**
 * procs_forget() - begin again
 * @r: the reader
 */
void procs_forget(struct reader *r)
{
	struct proc *proc;

	for (proc = proc_next(r, NULL); proc; proc = proc_next(r, proc))
		free(proc->unfinished);
	free(r->procs.all);
	tdestroy(r->procs.files, free_name);
	r->procs = (struct procs) { .nr = 0 };
}

// SPDX-License-Identifier: GPL-2.0
/* From the lines of a trace to calls by processes, in their order. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "replayer.h"

#define MAX_PROCS	4096
#define MAX_FILES	65536

/**
 * struct proc - a process or thread while it lives
 * @pid: its number, 0 while strace has not named it
 * @lives: false if the entry is free
 * @nr: counted from 0
 * @unfinished: the first half of a call, or NULL
 * @early: one more than the place that its first half has among the calls, or 0
 * @forked: the child of an unfinished fork came before its second half
 */
struct proc {
	long pid;
	bool lives;
	unsigned int nr;
	char *unfinished;
	unsigned int early;
	bool forked;
};

struct parser {
	struct trace *t;
	const char *path;
	FILE *from;
	unsigned int line, room, about;	/* lines about an address space */
	struct proc procs[MAX_PROCS];
	unsigned int nr_procs;
	char *files[MAX_FILES];
};

/* The last line of a truncated file is not whole for that reason. */
static void __noreturn damaged(struct parser *p, const char *why, const char *line)
{
	char text[61];
	size_t i;

	snprintf(text, sizeof(text), "%s", line);
	for (i = 0; text[i]; i++)
		if (!isprint((unsigned char)text[i]))
			text[i] = '?';
	input_close(p->from, p->path);
	die("%s: line %u: %s: '%s'", p->path, p->line, why, text);
}

static struct replay_call *add_call(struct parser *p, enum replay_kind kind, unsigned int proc)
{
	struct trace *t = p->t;

	if (t->nr == p->room) {
		p->room = p->room ? 2 * p->room : 1024;
		t->calls = realloc(t->calls, p->room * sizeof(*t->calls));
		if (!t->calls)
			die("out of memory");
	}
	t->calls[t->nr] = (struct replay_call) {
		.kind = kind, .line = p->line, .proc = proc, .child = proc, .file = -1,
	};
	return &t->calls[t->nr++];
}

static struct proc *find_proc(struct parser *p, long pid)
{
	unsigned int i;

	for (i = 0; i < p->nr_procs; i++)
		if (p->procs[i].lives && p->procs[i].pid == pid)
			return &p->procs[i];
	return NULL;
}

static struct proc *new_proc(struct parser *p, long pid)
{
	unsigned int i;

	for (i = 0; i < p->nr_procs && p->procs[i].lives; i++)
		;
	if (i == MAX_PROCS)
		die("%s: line %u: more than %d processes live", p->path, p->line, MAX_PROCS);
	if (i == p->nr_procs)
		p->nr_procs++;
	p->procs[i] = (struct proc) { .pid = pid, .lives = true, .nr = p->t->nr_procs++ };
	return &p->procs[i];
}

static bool is_fork(const char *text)
{
	return !strncmp(text, "clone", 5) || !strncmp(text, "fork(", 5) ||
	       !strncmp(text, "vfork(", 6);
}

static void fork_of(struct parser *p, const struct proc *parent, const char *text,
		    const struct proc *child)
{
	bool shares = strstr(text, "CLONE_VM") || !strncmp(text, "vfork", 5);

	add_call(p, shares ? REPLAY_THREAD : REPLAY_FORK, parent->nr)->child = child->nr;
}

/* Its first line comes before the second half of the fork that made it. */
static struct proc *early_child(struct parser *p, long pid)
{
	struct proc *parent, *child;

	for (parent = p->procs; parent < p->procs + p->nr_procs; parent++) {
		if (!parent->lives || !parent->unfinished || parent->forked ||
		    !is_fork(parent->unfinished))
			continue;
		child = new_proc(p, pid);
		parent->forked = true;
		fork_of(p, parent, parent->unfinished, child);
		return child;
	}
	return NULL;
}

static struct proc *proc_of(struct parser *p, long pid, const char *rest)
{
	struct proc *proc = find_proc(p, pid);

	/* strace -f names no process before there are two */
	if (!proc && pid && p->t->nr_procs == 1)
		proc = find_proc(p, 0);
	if (!proc && !pid)
		proc = p->nr_procs ? &p->procs[0] : NULL;
	if (proc) {
		proc->pid = proc->pid ?: pid;
		return proc;
	}
	proc = early_child(p, pid);
	if (proc)
		return proc;
	proc = new_proc(p, pid);
	/* the first process of a trace that was begun in its middle */
	if (proc->nr == 0 && strncmp(rest, "execve", 6))
		add_call(p, REPLAY_EXEC, proc->nr);
	return proc;
}

/* A file is its name where strace -y has written it, and else its number. */
static int file_nr(struct parser *p, const struct proc *proc, const char *fd)
{
	const char *name = strchr(fd, '<');
	char *key = name ? xasprintf("%s", name) : xasprintf("%u:%s", proc->nr, fd);
	unsigned int i;

	for (i = 0; i < p->t->nr_files; i++) {
		if (!strcmp(p->files[i], key)) {
			free(key);
			return i;
		}
	}
	if (i == MAX_FILES)
		die("%s: line %u: more than %d files are mapped", p->path, p->line, MAX_FILES);
	p->files[i] = key;
	p->t->nr_files++;
	return i;
}

static const struct known {
	const char *name;
	enum replay_kind kind;
	unsigned int nr_args;
} known[] = {
	/* strace writes the offset of both in bytes */
	{ "mmap", REPLAY_MMAP, 6 }, { "mmap2", REPLAY_MMAP, 6 }, { "munmap", REPLAY_MUNMAP, 2 },
	{ "mprotect", REPLAY_MPROTECT, 3 }, { "mremap", REPLAY_MREMAP, 4 },
	{ "madvise", REPLAY_MADVISE, 3 }, { "brk", REPLAY_BRK, 1 }, { "mlock", REPLAY_MLOCK, 2 },
	{ "mlock2", REPLAY_MLOCK, 2 }, { "munlock", REPLAY_MUNLOCK, 2 },
	{ "mlockall", REPLAY_MLOCKALL, 1 },
};

static void memory_call(struct parser *p, struct proc *proc, const struct known *k,
			const struct lexed *l)
{
	struct replay_call *c = proc->early ? &p->t->calls[proc->early - 1] :
					      add_call(p, k->kind, proc->nr);
	unsigned int i;

	proc->early = 0;
	p->about++;
	if (l->nr_args < k->nr_args)
		damaged(p, "too few arguments", l->name);
	for (i = 0; i < l->nr_args && i < ARRAY_SIZE(c->arg); i++)
		c->arg[i] = lex_number(l->arg[i]);
	c->ret = lex_result(l->ret);
	if (k->kind == REPLAY_MMAP && !strstr(l->arg[3], "MAP_ANON"))
		c->file = file_nr(p, proc, l->arg[4]);
}

/* About address spaces, and not among those that are replayed. */
static void count_other(struct parser *p, const char *name)
{
	static const char *const names[] = {
		"shmat", "shmdt", "remap_file_pages", "mbind", "pkey_mprotect", "mseal",
		"process_madvise", "userfaultfd", "munlockall", "migrate_pages", "move_pages",
		"process_vm_writev", "map_shadow_stack",
	};
	struct trace *t = p->t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names) && strcmp(names[i], name); i++)
		;
	if (i == ARRAY_SIZE(names))
		return;
	for (i = 0; i < t->nr_others && strcmp(t->others[i].name, name); i++)
		;
	if (i == t->nr_others)
		snprintf(t->others[t->nr_others++].name, sizeof(t->others[0].name), "%s", name);
	t->others[i].nr++;
}

static void fork_call(struct parser *p, struct proc *proc, const char *text, long ret)
{
	if (ret > 0 && !proc->forked)
		fork_of(p, proc, text, find_proc(p, ret) ?: new_proc(p, ret));
	proc->forked = false;
}

static void call(struct parser *p, struct proc *proc, char *text)
{
	char *whole = xasprintf("%s", text);
	struct lexed l;
	size_t i;

	if (!lex_call(text, &l))
		damaged(p, "not a call as strace -f writes it", whole);
	for (i = 0; i < ARRAY_SIZE(known) && strcmp(known[i].name, l.name); i++)
		;
	if (*l.ret == '?' && !proc->early)
		;		/* exit(), or the process was ended in it */
	else if (i < ARRAY_SIZE(known))
		memory_call(p, proc, &known[i], &l);
	else if (is_fork(whole))
		fork_call(p, proc, whole, lex_result(l.ret));
	else if (strncmp(l.name, "execve", 6))
		count_other(p, l.name);
	else if (!lex_result(l.ret) && ++p->about)
		add_call(p, REPLAY_EXEC, proc->nr);
	free(whole);
}

/* "<... mmap resumed>, MAP_PRIVATE, -1, 0) = 0x7f...": the two halves in one. */
static void resumed(struct parser *p, struct proc *proc, const char *text)
{
	const char *rest = strstr(text, "resumed>");
	char *whole;

	if (!rest)
		damaged(p, "not a second half of a call", text);
	if (!proc->unfinished)
		return;		/* the first half was before the trace began */
	whole = xasprintf("%s%s", proc->unfinished, rest + strlen("resumed>"));
	free(proc->unfinished);
	proc->unfinished = NULL;
	call(p, proc, whole);
	free(whole);
}

/*
 * The first half of a call. An unmapping takes place here: what it unmaps may be given
 * to another thread, whose second half comes before that of the unmapping.
 */
static void first_half(struct parser *p, struct proc *proc, const char *text)
{
	free(proc->unfinished);
	proc->unfinished = xasprintf("%s", text);
	if (strncmp(text, "munmap(", 7))
		return;
	add_call(p, REPLAY_MUNMAP, proc->nr);
	proc->early = p->t->nr;
}

/* There will be no second half: the process was ended, or the trace is over. */
static void end_unfinished(struct parser *p, struct proc *proc)
{
	char *whole;

	if (proc->early) {
		whole = xasprintf("%s) = 0", proc->unfinished);
		call(p, proc, whole);
		free(whole);
	}
	free(proc->unfinished);
	proc->unfinished = NULL;
}

static void parse_call(struct parser *p, struct proc *proc, char *rest)
{
	char *half = strstr(rest, " <unfinished ...>");

	if (!strncmp(rest, "+++", 3)) {
		end_unfinished(p, proc);
		add_call(p, REPLAY_EXIT, proc->nr);
		*proc = (struct proc) { .lives = false };
	} else if (!strncmp(rest, "<... ", 5)) {
		resumed(p, proc, rest);
	} else if (half) {
		*half = '\0';
		first_half(p, proc, rest);
	} else {
		call(p, proc, rest);
	}
}

static void parse_line(struct parser *p, char *line)
{
	char *rest;
	long pid;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || !strncmp(line, "strace: ", 8))
		return;
	rest = lex_prefix(line, &pid);
	/* "[ Process PID=12 runs in 32 bit mode. ]" */
	if (!strncmp(rest, "---", 3) || !strncmp(rest, "[ Process PID=", 14))
		return;
	if (strncmp(rest, "+++", 3) && strncmp(rest, "<... ", 5) &&
	    !(islower((unsigned char)*rest) && strchr(rest, '(')))
		damaged(p, "not a line that strace -f writes", line);
	parse_call(p, proc_of(p, pid, rest), rest);
}

/**
 * trace_read() - read a trace
 * @t: filled in
 * @path: the file; what is wrong with it is said with its line, and ends the program
 */
void trace_read(struct trace *t, const char *path)
{
	struct parser *p = xcalloc(1, sizeof(*p));
	char *line = NULL;
	unsigned int i;
	size_t room = 0;

	*t = (struct trace) { .nr = 0 };
	p->t = t;
	p->path = path;
	p->from = input_open(path);
	while (getline(&line, &room, p->from) > 0) {
		p->line++;
		parse_line(p, line);
	}
	input_close(p->from, path);
	free(line);
	for (i = 0; i < p->nr_procs; i++)
		end_unfinished(p, &p->procs[i]);
	t->lines = p->line;
	if (!p->about)
		die("%s: no call in it is about an address space; is it of strace -f?", path);
	free(p);
}

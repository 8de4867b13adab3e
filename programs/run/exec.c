// SPDX-License-Identifier: GPL-2.0
/*
 * execve(): the host's kernel does it. What it has made of the address space is made again in
 * the machine, and placeholders take its place.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"
#include "util.h"

#define SYSCALL_STOP	(SIGTRAP | 0x80)

struct area {
	unsigned long start, end, offset;
	unsigned int prot;
	bool is_file, is_stack, is_host;
	char path[256];
};

#define MOST_AREAS	64

static int read_areas(pid_t pid, struct area *areas)
{
	char path[64], line[4400], perms[8], name[4200];
	unsigned long inode;
	int nr = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	while (f && nr < MOST_AREAS && fgets(line, sizeof(line), f)) {
		struct area *a = &areas[nr];

		*a = (struct area) { 0 };
		name[0] = '\0';
		if (sscanf(line, "%lx-%lx %7s %lx %*s %lu %4199[^\n]", &a->start, &a->end, perms, &a->offset,
			   &inode, name) < 5 || a->start >= TASK_TOP || a->start == AGENT_CODE)
			continue;
		a->prot = (perms[0] == 'r' ? PROT_READ : 0) | (perms[1] == 'w' ? PROT_WRITE : 0) |
			  (perms[2] == 'x' ? PROT_EXEC : 0);
		a->is_file = inode != 0;
		a->is_stack = strstr(name, "[stack]");
		a->is_host = strstr(name, "[v");
		snprintf(a->path, sizeof(a->path), "/proc/%d/map_files/%lx-%lx", pid, a->start, a->end);
		nr++;
	}
	if (f)
		fclose(f);
	return nr;
}

/* The numbers of /proc/PID/stat that are addresses. */
static void read_layout(pid_t pid, struct hosted_layout *l)
{
	char path[64], text[2048] = "", *at;
	unsigned long v[53] = { 0 };
	int i, n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		text[n] = '\0';
		fclose(f);
	}
	at = strrchr(text, ')');
	at = at ? at + 3 : text;	/* behind the state, which is number 3 */
	for (i = 4; i < 53 && *at; i++)
		v[i] = strtoul(at + 1, &at, 10);
	l->start_code = v[26];
	l->end_code = v[27];
	l->start_stack = v[28];
	l->start_data = v[45];
	l->end_data = v[46];
	l->heap = v[47];
	l->arg_start = v[48];
	l->arg_end = v[49];
	l->env_start = v[50];
	l->env_end = v[51];
}

static bool read_page(pid_t pid, unsigned long addr, void *to)
{
	struct iovec here = { to, PAGE }, there = { (void *)addr, PAGE };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)PAGE;
}

/* Write what the host's kernel has written: all that is not as in the file, or zero. */
static void copy_pages(struct guest *g, pid_t pid, const struct area *a)
{
	char page[PAGE], was[PAGE];
	unsigned long at;

	for (at = a->start; at < a->end; at += PAGE) {
		if (!read_page(pid, at, page))
			continue;
		memset(was, 0, PAGE);
		if (a->is_file && hosted_read(g->space, at, was, PAGE))
			continue;
		if (memcmp(page, was, PAGE))
			hosted_write(g->space, at, page, PAGE);
	}
}

#define FIXED	(MAP_PRIVATE | MAP_FIXED)

static bool map_area(struct guest *g, pid_t pid, const struct area *a)
{
	unsigned long len = a->end - a->start, flags = FIXED;
	void *file = NULL;
	long err = 0, ret;

	if (a->is_host) {
		ret = hosted_map(g->space, NULL, a->start, len, PROT_NONE, FIXED | MAP_ANONYMOUS | MAP_NORESERVE, 0);
		return ret == (long)a->start;
	}
	if (a->is_file)
		file = file_at(a->path, &err);
	if (err)
		return false;
	if (!file)
		flags |= MAP_ANONYMOUS;
	if (a->is_stack)
		flags |= MAP_GROWSDOWN;
	ret = hosted_map(g->space, file, a->start, len, a->prot, flags, a->offset);
	if (ret != (long)a->start)
		return false;
	if (a->prot & PROT_WRITE)
		copy_pages(g, pid, a);
	return true;
}

/* What the host keeps, in order, and neighbours as one. */
static void keep(struct guest *g, unsigned long start, unsigned long end)
{
	if (g->nr_keep && g->keep[g->nr_keep - 1].end == start)
		g->keep[g->nr_keep - 1].end = end;
	else if (g->nr_keep < (int)ARRAY_SIZE(g->keep)) {
		g->keep[g->nr_keep].start = start;
		g->keep[g->nr_keep++].end = end;
	}
}

static bool build(struct guest *g, pid_t pid)
{
	static const struct area agent = { .start = AGENT_CODE, .end = AGENT_END, .is_host = true };
	struct area *areas = xcalloc(MOST_AREAS, sizeof(*areas));
	struct hosted_layout layout = { 0 };
	int nr = read_areas(pid, areas), i;
	bool ok = true;

	read_layout(pid, &layout);
	for (i = 0; i < nr && !areas[i].is_stack; i++)
		layout.top = areas[i].end;
	pthread_rwlock_wrlock(&gate);
	g->space = hosted_space_new(&layout);
	hosted_space_tlb(g->space, g);
	pthread_rwlock_unlock(&gate);
	keep(g, AGENT_CODE, AGENT_END);
	ok = map_area(g, pid, &agent);
	for (i = 0; ok && i < nr; i++) {
		if (areas[i].is_host)
			keep(g, areas[i].start, areas[i].end);
		ok = map_area(g, pid, &areas[i]);
		if (!ok)
			say("what execve() has mapped at %lx cannot be mapped in the machine", areas[i].start);
	}
	free(areas);
	return ok;
}

/* Put an instruction for a call where the program starts: there is none of ours yet. */
static long bootstrap(struct stopped *s, pid_t pid, unsigned long rip)
{
	long was = ptrace(PTRACE_PEEKTEXT, pid, rip, 0), fds;

	ptrace(PTRACE_POKETEXT, pid, rip, (was & ~0xffffffl) | 0xcc050f);
	set_booting(pid, true);
	fds = inject(s, NR_ASK, ASK_FDS, 0, 0, 0, 0, 0);
	if (fds > 0)
		inject(s, SYS_mmap, AGENT_CODE, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED,
		       fds & 0xffffffff, agent_code_offset());
	set_booting(pid, false);
	ptrace(PTRACE_POKETEXT, pid, rip, was);
	return fds;
}

static void read_name(pid_t pid, char *to, int size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(to, size, f))
		to[strcspn(to, "\n")] = '\0';
	if (f)
		fclose(f);
}

static void adopt(pid_t pid)
{
	struct user_regs_struct regs;
	struct guest *g = guest_new();
	struct stopped *s;
	long fds;

	read_name(pid, g->name, sizeof(g->name));
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	s = stopped_begin(pid, regs.rip);
	fds = bootstrap(s, pid, regs.rip);
	if (fds > 0 && build(g, pid) && setup_guest(s, pid, g, fds)) {
		record_line("%d execve(\"guest\", [\"guest\"], 0x0 /* 0 vars */) = 0\n", pid);
		guest_put(process_new(pid, g));
	} else {
		kill(pid, SIGKILL);
		guest_drop(g);
	}
	stopped_end(s);
}

/**
 * exec_serve() - serve execve()
 * @listener: what has told of it
 * @n: the call
 */
void exec_serve(int listener, const struct seccomp_notif *n)
{
	pid_t pid = n->pid, got;
	int status, event;

	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) {
		reply(listener, n, -EPERM);
		return;
	}
	ptrace(PTRACE_INTERRUPT, pid, 0, 0);
	pass_on(listener, n);
	for (;;) {
		got = waitpid(-1, &status, __WALL | __WNOTHREAD);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return;
		if (!WIFSTOPPED(status))
			continue;
		event = status >> 16;
		if (event == PTRACE_EVENT_EXEC) {
			ptrace(PTRACE_SYSCALL, got, 0, 0);
		} else if (!event && WSTOPSIG(status) == SYSCALL_STOP) {
			adopt(got);
			return;
		} else {
			/* it has failed */
			let_go(got, event ? 0 : WSTOPSIG(status));
			return;
		}
	}
}

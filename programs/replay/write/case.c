// SPDX-License-Identifier: GPL-2.0
/* Calls as a case of tools/testing/vma. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util.h"
#include "write.h"

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define NAME	16

/**
 * struct text - a case that is being written
 * @to: where to
 * @c: the calls
 * @owner: whose address space each process uses
 * @users: of each address space
 * @name: of each address space
 * @nr_names: how many have one
 */
struct text {
	FILE *to;
	const struct calls *c;
	unsigned int *owner, *users;
	char (*name)[NAME];
	unsigned int nr_names;
};

static const char *name_of(struct text *t, unsigned int proc)
{
	unsigned int owner = t->owner[proc];
	char *name = t->name[owner];

	if (*name)
		return name;
	if (!t->nr_names)
		strcpy(name, "parent");
	else if (t->nr_names == 1)
		strcpy(name, "child");
	else
		snprintf(name, NAME, "child%u", t->nr_names);
	t->nr_names++;
	return name;
}

__printf(3, 4) static void call(struct text *t, long ret, const char *fmt, ...)
{
	va_list args;

	fputs(ret < 0 ? "\tfails(" : "\tok(", t->to);
	va_start(args, fmt);
	vfprintf(t->to, fmt, args);
	va_end(args);
	if (ret < 0)
		fprintf(t->to, ", -%s", error_in_c(ret));
	fputs(");\n", t->to);
}

static const char *short_prot(unsigned long prot)
{
	return prot == RW ? "RW" : prot == (RW | PROT_EXEC) ? "RW | PROT_EXEC" : prot_in_c(prot);
}

static const char *file_name(int file)
{
	static char text[24];

	if (file < 0)
		return "NULL";
	snprintf(text, sizeof(text), "file%d", file);
	return text;
}

static void write_map(struct text *t, const struct replay_call *c, const char *who, long page, long nr)
{
	/* MAP_STACK stays: it is VM_NOHUGEPAGE since 6.7; and what a wrong result may be for */
	const unsigned long was_free = c->open || c->ret == -EEXIST ? 0 : MAP_FIXED_NOREPLACE;
	unsigned long flags = c->arg[3] & ~(MAP_FIXED | was_free | MAP_DENYWRITE | MAP_EXECUTABLE |
					    MAP_NONBLOCK | MAP_32BIT);
	char text[128];

	if (flags == ANON && c->file < 0) {
		call(t, c->ret < 0 ? c->ret : 0, "map(%s, %ld, %ld, %s)", who, page, nr, short_prot(c->arg[2]));
		return;
	}
	snprintf(text, sizeof(text), "%s", flags == ANON ? "ANON" : map_flags_in_c(flags));
	call(t, c->ret < 0 ? c->ret : 0, "map_file(%s, %ld, %ld, %s, %s, %s, %ld)", who, page, nr,
	     short_prot(c->arg[2]), text, file_name(c->file), (long)c->arg[5] / 4096);
}

static void write_remap(struct text *t, const struct replay_call *c, const char *who, long page, long nr)
{
	const unsigned long flags = c->arg[3];
	long new_nr = c->arg[2] / 4096, to = page_of(c->arg[4]);

	if (flags == (MREMAP_MAYMOVE | MREMAP_FIXED) && nr == new_nr)
		call(t, c->ret < 0 ? c->ret : 0, "move(%s, %ld, %ld, %ld)", who, page, nr, to);
	else if (!(flags & ~MREMAP_MAYMOVE) && (c->ret < 0 || page_of(c->ret) == page))
		call(t, c->ret < 0 ? c->ret : 0, "resize(%s, %ld, %ld, %ld)", who, page, nr, new_nr);
	else if (c->ret < 0)
		call(t, c->ret, "remap(%s, %ld, %ld, %ld, %s, %ld)", who, page, nr, new_nr,
		     mremap_flags_in_c(flags), to);
	else
		fprintf(t->to, "\tKUNIT_ASSERT_EQ(test, remap(%s, %ld, %ld, %ld, %s, %ld), %ld);\n", who,
			page, nr, new_nr, mremap_flags_in_c(flags), to, page_of(c->ret));
}

static void write_memory(struct text *t, const struct replay_call *c)
{
	long page = page_of(c->arg[0]), nr = (c->arg[1] + 4095) / 4096;
	const char *who = name_of(t, c->proc);

	switch (c->kind) {
	case REPLAY_MMAP:
		write_map(t, c, who, page, nr);
		return;
	case REPLAY_MUNMAP:
		call(t, c->ret, "unmap(%s, %ld, %ld)", who, page, nr);
		return;
	case REPLAY_MPROTECT:
		call(t, c->ret, "protect(%s, %ld, %ld, %s)", who, page, nr, short_prot(c->arg[2]));
		return;
	case REPLAY_MREMAP:
		write_remap(t, c, who, page, nr);
		return;
	case REPLAY_MADVISE:
		call(t, c->ret, "advise(%s, %ld, %ld, %s)", who, page, nr, advice_in_c(c->arg[2]));
		return;
	case REPLAY_MLOCK:
		call(t, c->ret, "%s(%s, %ld, %ld)", c->arg[2] ? "lock_on_fault" : "lock", who, page, nr);
		return;
	case REPLAY_MUNLOCK:
		call(t, c->ret, "unlock(%s, %ld, %ld)", who, page, nr);
		return;
	case REPLAY_MSEAL:
		call(t, c->ret, "seal(%s, %ld, %ld)", who, page, nr);
		return;
	case REPLAY_BRK:
		call(t, 0, "set_brk(%s, page_addr(%ld))", who, page);
		return;
	case REPLAY_TOUCH:
		if (c->arg[1])
			call(t, 0, "touch(%s, %ld, 1, 'x')", who, page);
		else
			call(t, 0, "read_page(%s, %ld)", who, page);
		return;
	default:
		fprintf(t->to, "\t/* a call that has no word here */\n");
	}
}

/* The heap of a new address space begins where its first brk() says. */
static bool first_brk(const struct calls *c, unsigned int at, unsigned int proc, long *page)
{
	unsigned int i;

	for (i = at + 1; i < c->nr; i++) {
		if (c->call[i].kind == REPLAY_EXEC && c->call[i].proc == proc)
			return false;
		if (c->call[i].kind != REPLAY_BRK || c->call[i].proc != proc)
			continue;
		*page = page_of(c->call[i].arg[0]);
		return true;
	}
	return false;
}

static void write_exec(struct text *t, unsigned int at, const struct replay_call *c)
{
	unsigned int was = t->owner[c->proc];
	long page;

	if (t->users[was] && !--t->users[was] && at)
		fprintf(t->to, "\tspace_exit(%s);\n", name_of(t, c->proc));
	t->owner[c->proc] = c->proc;
	t->users[c->proc] = 1;
	fprintf(t->to, "\t%s = ", name_of(t, c->proc));
	if (first_brk(t->c, at, c->proc, &page))
		fprintf(t->to, "space_with_brk(test, %ld);\n", page);
	else
		fprintf(t->to, "space_new(test);\n");
}

static void write_exit(struct text *t, const struct replay_call *c)
{
	unsigned int owner = t->owner[c->proc];

	if (t->users[owner] && !--t->users[owner])
		fprintf(t->to, "\tspace_exit(%s);\n", name_of(t, c->proc));
	t->owner[c->proc] = c->proc;
}

static void write_call(struct text *t, unsigned int at)
{
	const struct replay_call *c = &t->c->call[at];

	switch (c->kind) {
	case REPLAY_EXEC:
		write_exec(t, at, c);
		return;
	case REPLAY_EXIT:
		write_exit(t, c);
		return;
	case REPLAY_THREAD:
		t->owner[c->child] = t->owner[c->proc];
		t->users[t->owner[c->proc]]++;
		return;
	case REPLAY_FORK:
		t->users[c->child] = 1;
		t->owner[c->child] = c->child;
		fprintf(t->to, "\t%s = ", name_of(t, c->child));
		fprintf(t->to, "space_fork(%s);\n", name_of(t, c->proc));
		return;
	default:
		write_memory(t, c);
	}
}

/* "3 [WW].[R]": what the address space of a process is in the end. */
static void write_layouts(struct text *t)
{
	const char *line = t->c->layouts, *text;
	unsigned int proc;
	char *end;

	for (; line && *line; line = strchr(line, '\n') + 1) {
		proc = strtoul(line, &end, 10);
		text = end + (*end == ' ');
		fprintf(t->to, "\texpect(%s, \"%.*s\");\n", name_of(t, proc),
			(int)(strchr(text, '\n') - text), text);
		if (!strchr(line, '\n'))
			return;
	}
}

static void write_files(struct text *t)
{
	unsigned long pages;
	unsigned int i;
	int file;

	for (file = 0; file <= (int)t->c->nr_files; file++) {
		for (pages = 0, i = 0; i < t->c->nr; i++) {
			const struct replay_call *c = &t->c->call[i];

			if (c->kind == REPLAY_MMAP && c->file == file && (c->arg[5] + c->arg[1]) / 4096 > pages)
				pages = (c->arg[5] + c->arg[1]) / 4096;
		}
		if (pages)
			fprintf(t->to, "\tstruct file *file%d = shim_file_create(%lu);\n", file, pages);
	}
}

static void put_files(struct text *t)
{
	unsigned int i;
	int file;

	for (file = 0; file <= (int)t->c->nr_files; file++) {
		for (i = 0; i < t->c->nr; i++)
			if (t->c->call[i].kind == REPLAY_MMAP && t->c->call[i].file == file)
				break;
		if (i < t->c->nr)
			fprintf(t->to, "\tshim_file_put(file%d);\n", file);
	}
}

/* Does a line want that address space, after it was made? */
static bool is_used(const char *body, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = body; (at = strstr(at, name)); at += len)
		if (!isalnum((unsigned char)at[-1]) && at[-1] != '_' && !isalnum((unsigned char)at[len]) &&
		    strncmp(at + len, " = ", 3))
			return true;
	return false;
}

static void declare_spaces(struct text *t, const char *body)
{
	char name[NAME] = "parent";
	unsigned int i, nr = 0;

	for (i = 0; i < t->nr_names; i++) {
		if (i == 1)
			strcpy(name, "child");
		else if (i)
			snprintf(name, NAME, "child%u", i);
		if (is_used(body, name))
			fprintf(t->to, "%s%s", nr++ ? ", *" : "\tstruct space *", name);
	}
	if (nr)
		fputs(";\n\n", t->to);
}

/* Without the names of address spaces in which nothing happens. */
static void write_body(struct text *t, const char *body)
{
	const char *is, *line;
	char name[NAME];
	size_t len;

	for (line = body; *line; line += len) {
		len = strcspn(line, "\n") + 1;
		is = strstr(line, " = space_");
		if (is && is < line + len && is - line <= NAME) {
			snprintf(name, NAME, "%.*s", (int)(is - line - 1), line + 1);
			if (!is_used(body, name)) {
				fprintf(t->to, "\t%.*s", (int)(line + len - is - 3), is + 3);
				continue;
			}
		}
		fwrite(line, 1, len, t->to);
	}
}

/**
 * write_case() - print calls as a file of C that the suites can take
 * @to: where to
 * @name: "suite.case" or a case of the suite report
 * @c: the calls, of to_pages(), with the results that are expected
 */
void write_case(FILE *to, const char *name, const struct calls *c)
{
	const char *dot = strchr(name, '.');
	char *body = NULL;
	size_t size, i;
	struct text t = {
		.c = c, .owner = xcalloc(c->nr_procs + 1, sizeof(*t.owner)),
		.users = xcalloc(c->nr_procs + 1, sizeof(*t.users)),
		.name = xcalloc(c->nr_procs + 1, sizeof(*t.name)),
	};

	for (i = 0; i < c->nr_procs; i++)
		t.owner[i] = i;
	/* the names of all spaces are known when the calls are written */
	t.to = open_memstream(&body, &size);
	for (i = 0; i < c->nr; i++)
		write_call(&t, i);
	write_layouts(&t);
	fclose(t.to);
	t.to = to;
	fprintf(to, "// SPDX-License-Identifier: GPL-2.0\n/* Of a trace, by vma_replay%s%.160s */\n",
		c->reason ? ": " : "", c->reason ?: "");
	fprintf(to, "#include \"attr.h\"\n#include \"test.h\"\n\nTEST(%.*s, %s)\n{\n",
		dot ? (int)(dot - name) : 6, dot ? name : "report", dot ? dot + 1 : name);
	write_files(&t);
	declare_spaces(&t, body);
	write_body(&t, body);
	put_files(&t);
	fputs("}\n", to);
	free(body);
	free(t.owner);
	free(t.users);
	free(t.name);
}

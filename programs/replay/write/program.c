// SPDX-License-Identifier: GPL-2.0
/* Calls as a program of the kernel's kselftest harness, for a real kernel. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "util.h"
#include "write.h"

static const char head[] =
"#define _GNU_SOURCE\n"
"#include <errno.h>\n"
"#include <stdio.h>\n"
"#include <stdlib.h>\n"
"#include <string.h>\n"
"#include <sys/mman.h>\n"
"#include <sys/syscall.h>\n"
"#include <sys/wait.h>\n"
"#include <unistd.h>\n"
"\n"
"/* with -I tools/testing/selftests of a kernel tree, its harness; else what is needed of it */\n"
"#if __has_include(\"kselftest_harness.h\")\n"
"#include \"kselftest_harness.h\"\n"
"#else\n"
"struct __test_metadata { int exit_code; };\n"
"#define ASSERT_IS(a, is, b) do { if (!((a) is (b))) { \\\n"
"	printf(\"# %s:%d: %s %s %s is not so\\n\", __FILE__, __LINE__, #a, #is, #b); \\\n"
"	fflush(stdout); exit(1); } } while (0)\n"
"#define ASSERT_EQ(a, b)	ASSERT_IS(a, ==, b)\n"
"#define ASSERT_NE(a, b)	ASSERT_IS(a, !=, b)\n"
"#define EXPECT_EQ(a, b)	ASSERT_IS(a, ==, b)\n"
"#define TEST(name)	static void name(struct __test_metadata *_metadata)\n"
"#define TEST_HARNESS_MAIN \\\n"
"	int main(void) { struct __test_metadata m = { 0 }; alarm(30); TEST_NAME(&m); \\\n"
"		printf(\"TAP version 13\\n1..1\\nok 1\\n\"); return m.exit_code; }\n"
"#endif\n"
"\n"
"#define PAGES	1024\n"
"#ifndef MREMAP_DONTUNMAP\n"
"#define MREMAP_DONTUNMAP	4\n"
"#endif\n"
"\n"
"static char *base;		/* page 0 */\n"
"static volatile int *turn;	/* the step that is next, for all processes */\n"
"static long page_size;\n"
"static int file[FILES + 1];\n"
"\n"
"static char *at(long page)\n"
"{\n"
"	return base + page * page_size;\n"
"}\n"
"\n"
"/* The result of a call as the kernel gives it. */\n"
"static long of(long ret)\n"
"{\n"
"	return ret == -1 ? -errno : 0;\n"
"}\n"
"\n"
"/* The heap of a program is its own: a mapping stands for it. */\n"
"static long heap;\n"
"\n"
"static __attribute__((unused)) void set_brk(long page)\n"
"{\n"
"	if (heap && page > heap)\n"
"		mmap(at(heap), (page - heap) * page_size, PROT_READ | PROT_WRITE,\n"
"		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);\n"
"	else if (heap)\n"
"		munmap(at(page), (heap - page) * page_size);\n"
"	heap = page;\n"
"}\n"
"\n"
"static void wait_for(int step)\n"
"{\n"
"	int tries;\n"
"\n"
"	for (tries = 0; *turn != step; tries++)\n"
"		if (tries > 10)\n"
"			usleep(50);\n"
"}\n"
"\n"
"static void done(void)\n"
"{\n"
"	__atomic_add_fetch(turn, 1, __ATOMIC_SEQ_CST);\n"
"}\n";

struct text {
	FILE *to;
	const struct calls *c;
	unsigned int *owner;
};

static long nr_of(unsigned long bytes)
{
	return (bytes + 4095) / 4096;
}

static void begin(struct text *t, const char *indent, unsigned int step)
{
	fprintf(t->to, "\n%swait_for(%u);\n%s", indent, step, indent);
}

static void write_memory(struct text *t, const struct replay_call *c)
{
	long page = page_of(c->arg[0]), nr = nr_of(c->arg[1]);
	const char *error = c->ret < 0 ? error_in_c(c->ret) : NULL, *sign = error ? "-" : "";
	/* unless the place was taken, as far as is known */
	const unsigned long dropped = c->open || c->ret == -EEXIST ? 0 : MAP_FIXED_NOREPLACE;
	char prot[128], flags[256];

	snprintf(prot, sizeof(prot), "%s", prot_in_c(c->arg[2]));
	if (!error)
		error = "0";
	switch (c->kind) {
	case REPLAY_MMAP:
		snprintf(flags, sizeof(flags), "%s", map_flags_in_c(c->arg[3] & ~dropped));
		fprintf(t->to, "ASSERT_EQ(of((long)mmap(at(%ld), %ld * page_size, %s,\n"
			"\t\t\t\t%s | MAP_FIXED, ", page, nr, prot, flags);
		if (c->file < 0)
			fprintf(t->to, "-1, 0)), %s%s);\n", sign, error);
		else
			fprintf(t->to, "file[%d], %ld * page_size)), %s%s);\n", c->file,
				nr_of(c->arg[5]), sign, error);
		break;
	case REPLAY_MUNMAP:
		fprintf(t->to, "ASSERT_EQ(of(munmap(at(%ld), %ld * page_size)), %s%s);\n", page, nr, sign, error);
		break;
	case REPLAY_MPROTECT:
		fprintf(t->to, "ASSERT_EQ(of(mprotect(at(%ld), %ld * page_size, %s)), %s%s);\n", page, nr,
			prot, sign, error);
		break;
	case REPLAY_MREMAP:
		fprintf(t->to, "ASSERT_EQ(of((long)mremap(at(%ld), %ld * page_size, %ld * page_size,\n"
			"\t\t\t\t  %s, at(%ld))), %s%s);\n", page, nr, nr_of(c->arg[2]),
			mremap_flags_in_c(c->arg[3]), page_of(c->arg[4]), sign, error);
		break;
	case REPLAY_MADVISE:
		fprintf(t->to, "ASSERT_EQ(of(madvise(at(%ld), %ld * page_size, %lu /* %s */)), %s%s);\n", page,
			nr, c->arg[2], advice_in_c(c->arg[2]), sign, error);
		break;
	case REPLAY_MLOCK:
		if (c->arg[2])
			fprintf(t->to, "ASSERT_EQ(of(mlock2(at(%ld), %ld * page_size, %lu)), %s%s);\n", page,
				nr, c->arg[2], sign, error);
		else
			fprintf(t->to, "ASSERT_EQ(of(mlock(at(%ld), %ld * page_size)), %s%s);\n", page, nr,
				sign, error);
		break;
	case REPLAY_MUNLOCK:
		fprintf(t->to, "ASSERT_EQ(of(munlock(at(%ld), %ld * page_size)), %s%s);\n", page, nr, sign,
			error);
		break;
	case REPLAY_MSEAL:
		fprintf(t->to, "ASSERT_EQ(of(syscall(462, at(%ld), %ld * page_size, 0)), %s%s);	/* mseal */\n",
			page, nr, sign, error);
		break;
	case REPLAY_TOUCH:
		fprintf(t->to, c->arg[1] ? "*(volatile char *)at(%ld) = 'x';\n" :
					   "(void)*(volatile char *)at(%ld);\n", page);
		break;
	case REPLAY_BRK:
		fprintf(t->to, "set_brk(%ld);\n", page);
		break;
	default:
		fprintf(t->to, ";	/* mlockall() and the like are left out */\n");
	}
}

/* A process whose fork is not in the trace: the first one makes it. */
static bool is_orphan(const struct calls *c, unsigned int at)
{
	const unsigned int proc = c->call[at].proc;
	unsigned int i;

	if (c->call[at].kind != REPLAY_EXEC || proc == c->call[0].proc)
		return false;
	for (i = 0; i < at; i++)
		if (c->call[i].proc == proc || c->call[i].child == proc)
			return false;
	return true;
}

/* A process begins: by a fork, or as a thread or in vfork(), where execve() gives it a space. */
static bool begins(const struct calls *c, unsigned int at, const unsigned int *owner, unsigned int *who)
{
	const struct replay_call *call = &c->call[at];

	if (call->kind == REPLAY_FORK)
		*who = call->child;
	else if (is_orphan(c, at) || (call->kind == REPLAY_EXEC && owner[call->proc] != call->proc))
		*who = call->proc;
	else
		return false;
	return true;
}

static void write_step(struct text *t, unsigned int at)
{
	const struct replay_call *c = &t->c->call[at];

	switch (c->kind) {
	case REPLAY_EXIT:
		fprintf(t->to, ";	/* a thread or a process ends */\n");
		return;
	case REPLAY_THREAD:
		fprintf(t->to, ";	/* a thread begins */\n");
		return;
	case REPLAY_EXEC:
		fprintf(t->to, "ASSERT_EQ(munmap(base, PAGES * page_size), 0);\n");
		return;
	default:
		write_memory(t, c);
	}
}

/* Write the calls of one address space, from one on; its children are functions of their own. */
static void write_process(struct text *t, unsigned int proc, unsigned int from, bool empty)
{
	unsigned int i, child, *owner = t->owner;

	fprintf(t->to, "\nstatic void process_%u(struct __test_metadata *_metadata)\n{\n", proc);
	if (empty)
		fprintf(t->to, "\tASSERT_EQ(munmap(base, PAGES * page_size), 0);\n");
	for (i = from; i < t->c->nr; i++) {
		owners(t->c, i, owner);
		if (owner[t->c->call[i].proc] != proc && !(proc == t->c->call[0].proc && is_orphan(t->c, i)))
			continue;
		if (is_orphan(t->c, i) && proc != t->c->call[0].proc)
			continue;
		begin(t, "\t", i);
		if (begins(t->c, i, owner, &child)) {
			fprintf(t->to, "if (!fork()) {\n\t\tdone();\n\t\tprocess_%u(_metadata);\n"
				"\t\t_exit(_metadata->exit_code);\n\t}\n", child);
		} else {
			write_step(t, i);
			fprintf(t->to, "\tdone();\n");
		}
	}
	fprintf(t->to, "}\n");
}

static void write_processes(struct text *t)
{
	const struct calls *c = t->c;
	unsigned int i, who;

	for (i = 0; i < c->nr; i++) {
		owners(c, i, t->owner);
		if (begins(c, i, t->owner, &who))
			fprintf(t->to, "static void process_%u(struct __test_metadata *_metadata) __attribute__((unused));\n", who);
	}
	for (i = 0; i < c->nr; i++) {
		owners(c, i, t->owner);
		if (begins(c, i, t->owner, &who))
			write_process(t, who, i + 1, c->call[i].kind == REPLAY_EXEC);
	}
	write_process(t, c->nr ? c->call[0].proc : 0, 0, false);
}

/**
 * write_program() - print calls as a program of its own
 * @to: where to
 * @name: of its test
 * @c: the calls, of to_pages(), with the results that are expected
 *
 * It is compiled with -I tools/testing/selftests of a kernel tree.
 */
void write_program(FILE *to, const char *name, const struct calls *c)
{
	struct text t = { .to = to, .c = c, .owner = xcalloc(c->nr_procs + 1, sizeof(*t.owner)) };

	fprintf(to, "// SPDX-License-Identifier: GPL-2.0\n/* Of a trace, by vma_replay%s%.160s */\n",
		c->reason ? ": " : "", c->reason ?: "");
	fprintf(to, "#define FILES	%u\n#define TEST_NAME	%s\n%s", c->nr_files, name, head);
	fputc('\n', to);
	write_processes(&t);
	fprintf(to, "\nTEST(%s)\n{\n\tint i, status;\n\n", name);
	fprintf(to, "\tpage_size = sysconf(_SC_PAGESIZE);\n"
		"\tturn = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
		"\tASSERT_NE((void *)turn, MAP_FAILED);\n"
		"\tbase = mmap(NULL, PAGES * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
		"\tASSERT_NE((void *)base, MAP_FAILED);\n"
		"\tfor (i = 0; i <= FILES; i++) {\n"
		"\t\tfile[i] = fileno(tmpfile());\n"
		"\t\tASSERT_EQ(ftruncate(file[i], PAGES * page_size), 0);\n"
		"\t}\n"
		"\tprocess_%u(_metadata);\n"
		"\twhile (wait(&status) > 0)\n"
		"\t\tEXPECT_EQ(status, 0);\n"
		"}\n\nTEST_HARNESS_MAIN\n", c->nr ? c->call[0].proc : 0);
	free(t.owner);
}

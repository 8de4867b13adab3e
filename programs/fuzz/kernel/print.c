// SPDX-License-Identifier: GPL-2.0
/* A sequence as a test case in C. */
#include <linux/string.h>

#include "fuzz.h"

/**
 * say() - add to the text of the case, if there is to be one
 * @f: the run
 * @fmt: C, with its tabs and newlines
 */
void say(struct fuzz *f, const char *fmt, ...)
{
	struct fuzz_run *run = f->run;
	va_list args;

	if (!run->print)
		return;
	va_start(args, fmt);
	run->used += vscnprintf(run->text + run->used, FUZZ_TEXT - run->used, fmt, args);
	va_end(args);
}

static const char *errno_text(long err)
{
	static const struct { int err; const char *name; } names[] = {
		{ EPERM, "-EPERM" }, { EIO, "-EIO" }, { EAGAIN, "-EAGAIN" },
		{ ENOMEM, "-ENOMEM" }, { EACCES, "-EACCES" }, { EFAULT, "-EFAULT" },
		{ EBUSY, "-EBUSY" }, { ENOENT, "-ENOENT" }, { EEXIST, "-EEXIST" }, { EINVAL, "-EINVAL" },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].err == -err)
			return names[i].name;
	return NULL;
}

/**
 * say_call() - a call with what it must return, before it is made
 * @f: the run
 * @s: whose
 * @want: of model.c
 * @fmt: the call without the semicolon
 */
void say_call(struct fuzz *f, struct fspace *s, long want, const char *fmt, ...)
{
	char call[200];
	va_list args;

	if (!f->run->print)
		return;
	va_start(args, fmt);
	vsnprintf(call, sizeof(call), fmt, args);
	va_end(args);
	if (f->fail_nth || f->limit)
		say(f, "\tforget(%s, 0, SPACE_PAGES);\n", s->sp->name);
	if (f->limit)
		say(f, "\tcommit_limit(charged() + %lu);\n", f->limit - 1);
	if (f->fail_nth)
		say(f, "\tshim_fail_nth(%lu, %s);\n", f->fail_nth, f->fail_on ? "true" : "false");
	if (want == ANY_RESULT || want == PARTLY || f->fail_nth || f->limit)
		say(f, "\t%s;\n", call);
	else if (!want)
		say(f, "\tok(%s);\n", call);
	else if (want < 0)
		say(f, "\tfails(%s, %s);\n", call, errno_text(want));
	else
		say(f, "\tKUNIT_EXPECT_EQ(test, %s, %ld);\n", call, want);
	if (f->fail_nth)
		say(f, "\tshim_fail_stop();\n");
	if (f->limit)
		say(f, "\tcommit_no_limit();\n");
}

const char *prot_in_c(int prot)
{
	switch (prot) {
	case PROT_NONE:
		return "PROT_NONE";
	case PROT_READ:
		return "PROT_READ";
	case PROT_WRITE:
		return "PROT_WRITE";
	case RW:
		return "RW";
	case PROT_READ | PROT_EXEC:
		return "PROT_READ | PROT_EXEC";
	}
	return "RW | PROT_EXEC";
}

const char *map_flags_in_c(int flags, char *text)
{
	static const struct { int flag; const char *name; } names[] = {
		{ MAP_FIXED_NOREPLACE, " | MAP_FIXED_NOREPLACE" }, { MAP_LOCKED, " | MAP_LOCKED" },
		{ MAP_POPULATE, " | MAP_POPULATE" }, { MAP_NORESERVE, " | MAP_NORESERVE" },
		{ MAP_GROWSDOWN, " | MAP_GROWSDOWN" },
	};
	int i;

	if (flags & MAP_ANONYMOUS)
		strcpy(text, "ANON");
	else
		strcpy(text, flags & MAP_SHARED ? "MAP_SHARED" : "MAP_PRIVATE");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag)
			strcat(text, names[i].name);
	return text;
}

static bool uses(struct fuzz *f, int code)
{
	unsigned int i;

	for (i = 0; i < f->run->nr; i++)
		if (f->run->ops[i].code == code)
			return true;
	return false;
}

static bool uses_file(struct fuzz *f, int file)
{
	unsigned int i;

	for (i = 0; i < f->run->nr; i++)
		if (f->run->ops[i].code == FUZZ_MAP_FILE && f->run->ops[i].more % NR_MAPPED == file)
			return true;
	return false;
}

/**
 * say_begin() - what stands before the operations
 * @f: the run
 *
 * The host declares the children, whose names are known in the end.
 */
void say_begin(struct fuzz *f)
{
	say(f, "\tstruct space *parent = space_with_brk(test, %ld);\n", BRK_PAGE);
	if (uses_file(f, FUZZ_FILE))
		say(f, "\tstruct file *file = shim_file_create(%d);\n", FILE_PAGES);
	if (uses_file(f, FUZZ_SMALL))
		say(f, "\tstruct file *small = shim_file_create(%d);\n", SMALL_PAGES);
	if (IS_ENABLED(CONFIG_SHMEM) && (uses_file(f, FUZZ_SHMEM) || uses(f, FUZZ_TRUNCATE)))
		say(f, "\tstruct file *shmem = open_shmem(test, %d);\n", FILE_PAGES);
	if (uses(f, FUZZ_MAP_LARGE))
		say(f, "\tstruct file *large = shim_file_create_cached(%d, true);\n\tlong index;\n",
		    LARGE_PAGES);
	say(f, "@CHILDREN@\n");
	if (uses(f, FUZZ_MIGRATE))
		say(f, "\tneeds(CONFIG_MIGRATION);\n");
	if (uses(f, FUZZ_RECLAIM) || uses(f, FUZZ_SWAP_ON))
		say(f, "\tneeds(CONFIG_SWAP);\n");
	if (uses(f, FUZZ_UFFD))
		say(f, "\tneeds(CONFIG_USERFAULTFD);\n");
	if (uses(f, FUZZ_KSM))
		say(f, "\tneeds(CONFIG_KSM);\n");
	if (uses(f, FUZZ_SPLIT))
		say(f, "\tneeds(CONFIG_TRANSPARENT_HUGEPAGE);\n");
	if (uses(f, FUZZ_MAP_LARGE))
		say(f, "\tfor (index = 0; index < %d; index += 4)\n\t\tok(shim_file_cache(large, index, 2));\n",
		    LARGE_PAGES);
}

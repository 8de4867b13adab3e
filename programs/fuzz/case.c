// SPDX-License-Identifier: GPL-2.0
/* A sequence as a case in C, with the declarations and lines around it. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "fuzzer.h"

#define MARK	"@CHILDREN@\n"

/* "struct space *child, *child2;" of all that "= space_fork(" makes, and the like. */
static void declare(FILE *to, const char *text, const char *type, const char *made_by)
{
	const char *at = text, *end, *start;
	char names[1024] = "";

	while ((end = strstr(at, made_by))) {
		char name[32];

		for (start = end; start > text && isalnum((unsigned char)start[-1]); start--)
			;
		snprintf(name, sizeof(name), " *%.*s,", (int)(end - start), start);
		if (!strstr(names, name) && strlen(names) + strlen(name) < sizeof(names))
			strcat(names, name);
		at = end + 1;
	}
	if (!*names)
		return;
	names[strlen(names) - 1] = '\0';
	fprintf(to, "\tstruct %s%s;\n", type, names);
}

/**
 * print_case() - print a sequence as a file of C that the suites can take
 * @to: where to
 * @name: of the case
 * @failure: the sequence that run_alone() has just printed into @shared
 */
void print_case(FILE *to, const char *name, const struct failure *failure)
{
	const char *body = shared->text, *mark = strstr(body, MARK);

	fprintf(to, "// SPDX-License-Identifier: GPL-2.0\n");
	if (failure->reason[0])
		fprintf(to, "/* vma_fuzz: %.200s */\n", failure->reason);
	fprintf(to, "#include \"attr.h\"\n#include \"pages.h\"\n#include \"test.h\"\n#include \"uffd.h\"\n\nTEST(fuzz, %s)\n{\n", name);
	if (mark) {
		fwrite(body, 1, mark - body, to);
		body = mark + strlen(MARK);
		declare(to, body, "space", " = space_fork(");
		declare(to, body, "uffd", " = uffd_open(");
		declare(to, body, "folio", " = hold_folio(");
		fputc('\n', to);
	}
	fputs(body, to);
	/* the kernel side may not have come to that */
	if (strstr(shared->text, "*file ="))
		fputs("\tshim_file_put(file);\n", to);
	if (strstr(shared->text, "*small ="))
		fputs("\tshim_file_put(small);\n", to);
	if (strstr(shared->text, "*large ="))
		fputs("\tshim_file_put(large);\n", to);
	fputs("}\n", to);
}

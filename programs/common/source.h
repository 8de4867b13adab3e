/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PROGRAMS_SOURCE_H
#define PROGRAMS_SOURCE_H

/**
 * struct source_line - where a piece of code comes from
 * @function: the function, which may be inlined in another
 * @file: absolute path
 * @line: the line, 0 if it is not known
 */
struct source_line {
	char *function;
	char *file;
	unsigned int line;
};

unsigned int source_lines(unsigned long addr, struct source_line *at, unsigned int most);
void source_free(struct source_line *at, unsigned int nr);
const char *source_path(const char *file);
char *source_text(const char *path, unsigned int nr);
char *source_annotate(char *log);

#endif /* PROGRAMS_SOURCE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Children that take the memory of their parent again, instead of a new child. */
#ifndef HOST_REWIND_H
#define HOST_REWIND_H

#include <stdbool.h>
#include <sys/types.h>
#include <ucontext.h>

/* rewind.c */
void rewind_prepare(void);
void rewind_child_begins(void);
void rewind_child_goes_on(void);
void rewind_park(int code);
bool rewind_waits(void);
int rewind_code(void);
bool rewind_copy(pid_t child);
bool rewind_is_child(void);
extern ucontext_t rewind_to;

/* maps.c */
#define MOST_MAPS	4096
#define MAPS_TEXT	(MOST_MAPS * 64)

/**
 * struct map - a mapping of a process, as in /proc/PID/maps
 * @start: its first address
 * @end: the address after its last
 * @flags: MAP_WRITES and the like
 */
struct map {
	unsigned long start;
	unsigned long end;
	unsigned int flags;
};

#define MAP_READS	1
#define MAP_WRITES	2
#define MAP_RUNS	4
#define MAP_OWN		8	/* private */
#define MAP_HEAP	16
#define MAP_NAMED	32	/* of a file */

unsigned int maps_read(struct map *maps, unsigned int most, char *text);
bool maps_go_back(const struct map *now, unsigned int nr_now,
		  const struct map *then, unsigned int nr_then,
		  void (*gone)(unsigned long start, unsigned long end));

/* files.c */
#define MOST_GAPS	32

/**
 * struct gap - numbers of files that are free
 * @first: the lowest
 * @last: the highest
 */
struct gap {
	int first;
	int last;
};

/**
 * struct files - the open files of a process at a time
 * @kept: copies of standard output and standard error
 * @gaps: the numbers that are free, but for those above the copies
 * @nr_gaps: count of them
 */
struct files {
	int kept[2];
	struct gap gaps[MOST_GAPS];
	unsigned int nr_gaps;
};

bool files_note(struct files *files);
void files_go_back(const struct files *files);

#endif /* HOST_REWIND_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The statement of a case that failed, and all threads: for the host side and the programs. */
#ifndef HOST_PLACE_H
#define HOST_PLACE_H

/**
 * struct host_code - a part of a function's code
 * @start: its first address
 * @end: the address after its last
 */
struct host_code {
	unsigned long start;
	unsigned long end;
};

/* stack.c */
void host_load_symbols(void);
unsigned int host_code_of(const void *fn, struct host_code *parts, unsigned int most);
unsigned long host_link_address(const void *addr);
/* hang.c */
int host_each_thread(int (*fn)(int tid));
void host_sleeps_for_good(void);
/* misc.c */
void host_watch_death(void);
/* place.c */
void host_place_to(unsigned long *where);
void host_note_place(void);

#endif /* HOST_PLACE_H */

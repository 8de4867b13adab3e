/* SPDX-License-Identifier: GPL-2.0 */
/* The choice of the next turn; for turn.c. */
#ifndef HOST_CHOOSE_H
#define HOST_CHOOSE_H

struct turn_plan;

void choose_begin(struct turn_plan *plan, unsigned int nr);
unsigned int choose_others(unsigned int thread, unsigned int others);
unsigned int choose_next(unsigned int thread, unsigned int able, int forced);
unsigned int choose_store(unsigned int older);
void choose_note(unsigned int thread, unsigned int kinds, const void *addr, int write);

#endif /* HOST_CHOOSE_H */

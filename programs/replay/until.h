/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_UNTIL_H
#define REPLAY_UNTIL_H

#include <waist/replay.h>

/* until.c */
void until_set(const char *text);
int until_holds(const struct replay_sample *s);

#endif /* REPLAY_UNTIL_H */

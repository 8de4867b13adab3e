/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of one or more files, packed or not, as often as they are wanted. */
#ifndef REPLAY_INPUT_H
#define REPLAY_INPUT_H

#include <stdbool.h>

#include "util.h"

struct input;

struct input *input_open(const char *const *paths, unsigned int nr);
char *input_line(struct input *in);
void input_rewind(struct input *in);
void input_close(struct input *in);
bool input_can_unpack(const char *path);
const char *input_path(const struct input *in);
unsigned int input_line_nr(const struct input *in);
double input_share(const struct input *in);
__noreturn void input_damaged(const struct input *in, const char *why, const char *text);

#endif /* REPLAY_INPUT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of one or more files, packed or not, as often as they are wanted. */
#ifndef REPLAY_INPUT_H
#define REPLAY_INPUT_H

#include <stdbool.h>

#include "util.h"

struct trace_input;

struct trace_input *input_open(const char *const *paths, unsigned int nr);
char *input_line(struct trace_input *in);
void input_rewind(struct trace_input *in);
void input_close(struct trace_input *in);
bool input_can_unpack(const char *path);
const char *input_path(const struct trace_input *in);
unsigned int input_line_nr(const struct trace_input *in);
bool input_line_is_cut(const struct trace_input *in);
__noreturn void input_damaged(const struct trace_input *in, const char *why, const char *text);

#endif /* REPLAY_INPUT_H */

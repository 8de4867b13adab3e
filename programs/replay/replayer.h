/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_REPLAYER_H
#define REPLAY_REPLAYER_H

#include <stdbool.h>
#include <stdio.h>

#include <shim/cases.h>
#include <waist/replay.h>

#include "read/reader.h"
#include "usage.h"
#include "util.h"

/* report.c */
void report(const struct facts *t, const char *path, struct replay_run *const runs[2]);

/* html.c */
void html_write(const char *to, const char *path, struct replay_run *const runs[2]);

#endif /* REPLAY_REPLAYER_H */

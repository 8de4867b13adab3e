/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_PERF_H
#define REPLAY_PERF_H

#include "reader.h"

typedef void (*perf_read)(struct reader *r, struct proc *proc, char *text);

/* perf.c */
void perf_of_process(struct reader *r, long tid, const char *text, bool execs, perf_read read);
bool perf_call(struct reader *r, struct proc *proc, const struct sysc *s);
void perf_end(struct reader *r);

/* perf_trace.c */
extern const struct format perf_trace_format;

/* perf_script.c */
extern const struct format perf_script_format;

#endif /* REPLAY_PERF_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Files of --dot, for the runner; the kernel side has shim/host.h. */
#ifndef HOST_GRAPH_H
#define HOST_GRAPH_H

#include <stdbool.h>

void graphs_open(const char *dir, bool all);
void graphs_of(const char *suite, const char *name);

#endif /* HOST_GRAPH_H */

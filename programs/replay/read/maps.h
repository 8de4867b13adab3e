/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_MAPS_H
#define REPLAY_MAPS_H

#include "reader.h"

/* vmas.c */
void vma_add(struct reader *r, const struct replay_call *map, const struct replay_call *before,
	     bool account);

/* maps.c */
extern const struct format maps_format;

/* core.c */
extern const struct format core_format;

#endif /* REPLAY_MAPS_H */

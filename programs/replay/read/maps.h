/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_MAPS_H
#define REPLAY_MAPS_H

#include "reader.h"

/* vmas.c */
void vma_add(struct reader *r, const struct replay_call *map, const struct replay_call *before,
	     bool account);
void vma_also(struct reader *r, const struct replay_call *map, enum replay_kind kind, unsigned long arg);

/**
 * struct vma_advice - a flag of a VMA that an advice makes
 * @smaps: its name in /proc/PID/smaps
 * @log: its name by printk's %pGv, see include/trace/events/mmflags.h
 * @advice: of madvise()
 */
struct vma_advice {
	const char *smaps, *log;
	unsigned int advice;
};

#define VMA_ADVICES	8
extern const struct vma_advice vma_advices[VMA_ADVICES];

/* maps.c */
extern const struct format maps_format;

/* core.c */
extern const struct format core_format;

#endif /* REPLAY_MAPS_H */

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_MAPS_H
#define REPLAY_MAPS_H

#include "reader.h"

/* maps.c */
extern const struct format maps_format;

#endif /* REPLAY_MAPS_H */

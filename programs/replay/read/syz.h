/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPLAY_SYZ_H
#define REPLAY_SYZ_H

#include "reader.h"

/* syz.c */
extern const struct format syz_format;

#endif /* REPLAY_SYZ_H */

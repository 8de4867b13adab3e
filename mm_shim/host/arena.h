/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOST_ARENA_H
#define HOST_ARENA_H

void host_arena_share(int fd);

#endif /* HOST_ARENA_H */

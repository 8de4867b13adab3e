/* SPDX-License-Identifier: GPL-2.0 */
/* What a synchronisation point is about. Plain C without an include, like shim/host.h. */
#ifndef SHIM_POINTS_H
#define SHIM_POINTS_H

struct host_pool;

/* mm_shim/kernel/race/points.c */
unsigned int shim_point_bits(unsigned int kind, const void *addr, unsigned int wanted);
/* mm_shim/kernel/memory/slab.c */
void *shim_slab_object_at(const char *name, const void *addr);
/* mm_shim/host/objects.c */
void *host_pool_object_at(const struct host_pool *pool, const void *addr);

#endif /* SHIM_POINTS_H */

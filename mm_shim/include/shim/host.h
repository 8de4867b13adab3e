/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions of the host side (mm_shim/host, built with the C library's headers) that the
 * kernel side of the machine calls. Plain C without an include, because the kernel side has
 * the kernel's headers, and no file may see both.
 */
#ifndef SHIM_HOST_H
#define SHIM_HOST_H

/* the log (mm_shim/host/log.c) */
void host_log(const char *text, unsigned long len);
void host_reason(const char *text);
void host_mute(void);

/* memory (mm_shim/host/memory.c) */
void *host_reserve(unsigned long size, unsigned long align);
void *host_arena(unsigned long size, unsigned long align);
void host_poison(const void *addr, unsigned long size);
void host_unpoison(const void *addr, unsigned long size);
int host_has_poison(void);
void host_touch(const void *addr);

/* slab objects with their allocation's stack (mm_shim/host/objects.c) */
struct host_pool;
struct host_pool *host_pool_create(const char *name);
void host_pool_destroy(struct host_pool *pool);
void *host_object_alloc(struct host_pool *pool, unsigned long size,
			unsigned long align);
void host_object_free(void *object);
struct host_pool *host_object_pool(const void *object);
unsigned long host_object_size(const void *object);
void *host_pool_object_at(const struct host_pool *pool, const void *addr);
unsigned long host_pool_objects(const struct host_pool *pool);
const char *host_pool_name(const struct host_pool *pool);
void host_pool_report(const struct host_pool *pool, unsigned int most);

/* stacks (mm_shim/host/stack.c) */
#define HOST_FRAMES 12
unsigned int host_backtrace(void **frames, unsigned int most);
unsigned int host_context_backtrace(const void *context, void **frames, unsigned int most);
void host_print_frames(void *const *frames, unsigned int nr);
void host_print_stack(void);
const char *host_symbol(const void *addr, unsigned long *offset);

/* ThreadSanitizer (mm_shim/host/tsan.c) */
int host_tsan_strict(void);

/* the statement of the case that runs when something fails (mm_shim/host/place.c) */
void host_case_begins(const void *fn, const void *frame);
void host_case_ends(void);

/* threads (mm_shim/host/thread.c) */
struct host_thread;
struct host_thread *host_thread_self(void);
struct host_thread *host_thread_start(const char *name, void (*fn)(void *), void *arg);
void host_thread_exit(void) __attribute__((noreturn));
int host_thread_ended(void);
void host_park(void);
int host_park_timeout(unsigned long long ns);
void host_unpark(struct host_thread *thread);
void host_wait_alone(void);
void host_yield(void);

/* RCU read side and grace periods on liburcu (mm_shim/host/rcu.c) */
void host_rcu_register(void);
void host_rcu_unregister(void);
void host_rcu_read_lock(void);
void host_rcu_read_unlock(void);
void host_rcu_synchronize(void);
void host_rcu_reader_over(void);
void host_rcu_period_over(void);

/* processes (mm_shim/host/fork.c) */
void *host_shared(unsigned long size);
#define HOST_IN_CHILD	(-2)
/* exit code of a child that ended by host_lacks() */
#define HOST_LACKS	87
int host_fork(unsigned int seconds, char *text, unsigned long size);
unsigned long host_fork_longest(void);
void host_exit(int code) __attribute__((noreturn));

/* hangs (mm_shim/host/hang.c) */
#define HOST_HANG_WORDS	3	/* seconds to print the stacks */
#define HOST_WALL_LIMIT	5	/* limit of wall-clock time, in limits of CPU time */
void host_hang_watch(void);
void host_limit(unsigned int seconds);

/* coverage (mm_shim/host/edges.c) */
#define HOST_EDGES	(1 << 18)
void host_edges(unsigned char *map, unsigned int *nr);
int host_has_edges(void);
#define HOST_REACH	(4u << 20)
void host_reach(unsigned char *map);
const void *host_reach_code(unsigned long i);

/* graphs (mm_shim/host/graph.c) */
int host_graphs(void);
void host_graph_write(const char *when, const char *text, unsigned long len);

/* the rest (mm_shim/host/misc.c) */
unsigned long long host_time_ns(void);
void host_die(const char *why) __attribute__((noreturn));
void host_lacks(const char *what) __attribute__((noreturn));
void host_last_words(void (*fn)(void));

#endif /* SHIM_HOST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Guests as the libc side of vma_run knows them. */
#ifndef HOSTED_GUEST_H
#define HOSTED_GUEST_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <waist/hosted.h>

#define PAGE		4096ul
#define TASK_TOP	0x7ffffffff000ul	/* the end of what the machine has */
/* Pages of each guest that are the host's: code, and a mailbox of two pages. */
#define AGENT_CODE	0x10000ul
#define AGENT_ASK	(AGENT_CODE + 2048)	/* whose calls the filter does not let pass */
#define AGENT_MBOX	(AGENT_CODE + PAGE)
#define AGENT_END	(AGENT_CODE + 3 * PAGE)

#define ASK_FDS		0x766d615f72756e21ul	/* first argument of the call that asks for descriptors */
#define NR_ASK		462			/* mseal() */
#define NR_MAP_SHADOW_STACK	453

/* Descriptors of guests that the supervisor serves: the filter tells of calls with them. */
#define FD_FIRST	768
#define FD_END		1024
/* ioctl()s of maps and pagemap, which headers of the C library's computer may not have yet */
#define PROCMAP_QUERY_NR	0xc0686611
#define PAGEMAP_SCAN_NR		0xc0606610
#define UFFD_TYPE		0xaa00		/* of numbers of ioctl()s of userfaultfd */
#define UFFD_NEW		0xaa00		/* of /dev/userfaultfd */

struct uffd_msg;
struct seccomp_notif;

struct tlb_page {
	uint32_t pfn;
	uint8_t there;		/* the host may have a translation */
	uint8_t stale;		/* the file is mapped there, without a translation */
	uint8_t writable, exec;
};

#define LEAF_PAGES	512ul
struct tlb_leaf {
	unsigned long base;
	unsigned int nr;	/* pages that are there or stale */
	struct tlb_leaf *hash, *next;
	struct tlb_page page[LEAF_PAGES];
};

#define TLB_HASH	1024
#define MOST_REFUSED	32
#define MOST_CTID	256

/**
 * struct guest - an address space that programs use
 * @space: the machine's
 * @life: read while it is used, written to end it
 * @ended: there is no space any more
 * @users: processes that use it
 * @threads: more than one thread may, so that the host's table must never lack a right for a moment
 * @uffd: tells of its faults
 * @boot: pidfd of the process that is set up for it, or -1
 * @slot: number of its mailbox
 * @mbox: its mailbox, as the supervisor has it mapped
 * @tlb: protects what follows, and the mailbox
 * @leaves: translations that the host's page tables have
 * @all: the same, as a list
 * @nr_mapped: pages of the arena that were mapped since all were taken away
 * @refused: addresses where the host is to raise a signal
 * @nr_refused: how many
 * @keep: areas that are the host's: the agent's, vvar and vdso
 * @nr_keep: how many
 * @ctid: addresses that the host's kernel clears when a thread ends
 * @nr_ctid: how many
 * @tally: what it has done, or NULL
 * @name: of its program
 */
struct guest {
	void *space;
	pthread_rwlock_t life;
	_Atomic bool ended;
	int users;
	_Atomic bool threads, kept, lost;
	int uffd;
	_Atomic int boot;
	int slot;
	struct mbox *mbox;
	int agent_uffd, agent_memfd;
	unsigned int batch, structs;
	pthread_mutex_t tlb;
	struct tlb_leaf *leaves[TLB_HASH], *all;
	unsigned int nr_mapped;
	struct { unsigned long addr; bool hole; } refused[MOST_REFUSED];
	int nr_refused;
	struct { unsigned long start, end; } keep[8];
	int nr_keep;
	_Atomic unsigned long ctid[MOST_CTID];
	_Atomic int nr_ctid;
	struct tally *tally;
	char name[16];
	struct guest *next;
};

/**
 * struct process - a process of the guests
 * @pid: as the supervisor sees it
 * @fd: its pidfd
 * @guest: its address space
 */
struct process {
	pid_t pid;
	int fd;
	struct guest *guest;
	struct process *next;
};

/* agent.c */
struct op;
extern int arena_fd;
void agent_prepare(unsigned long arena_bytes);
unsigned long agent_code_offset(void);
unsigned long agent_slot_offset(int slot);
int agent_slot(struct guest *g);
void agent_add(struct guest *g, long nr, unsigned long a, unsigned long b, unsigned long c,
	       unsigned long d, unsigned long e, unsigned long f);
void agent_register(struct guest *g, unsigned long start, unsigned long len, bool shared);
void agent_protect(struct guest *g, unsigned long start, unsigned long len);
bool agent_full(const struct guest *g);
bool agent_run(struct guest *g);
void agent_end(struct guest *g);
void agent_begin(struct guest *g);

/* tlb.c */
bool tlb_fill(struct guest *g, unsigned long addr, int write);
void tlb_refuse(struct guest *g, unsigned long addr, int err, int rights);
void tlb_allow(struct guest *g);
void tlb_drop_unwritable(struct guest *g, unsigned long start, unsigned long end);
void tlb_flush(void *tlb, unsigned long start, unsigned long end);
unsigned long tlb_audit(struct guest *g);
void tlb_free(struct guest *g);

/* fault.c */
void fault_serve(struct guest *g, const struct uffd_msg *msg);
#define FAULT_WAITS	1	/* for a userfaultfd */
int fault_in(struct guest *g, unsigned long addr, int write);
void fault_end(struct guest *g, unsigned long addr, int write, int err);

/* processes.c */
extern pthread_rwlock_t gate;
struct process *process_by_tid(pid_t tid);
struct process *process_by_own(pid_t pid);
void processes_each(void (*fn)(pid_t pid));
pid_t own_number(pid_t pid);
void number_in(const char *path, const char *format, int *number);
struct guest *process_new(pid_t pid, struct guest *g);
struct guest *process_end(struct process *p);
struct process *process_first(void);
bool users_drop(struct guest *g);
void guest_kill(struct guest *g);
bool guest_alive(struct guest *g);
void guests_are_dead(void);
unsigned int processes_count(void);

/* world.c */
struct guest *guest_new(void);
struct guest *guest_by_slot(int slot);
void guest_drop(struct guest *g);
void guest_put(struct guest *g);
void guests_check(void);
void guests_end(void);
void guests_each(void (*fn)(const struct guest *g));

/* descriptors.c */
struct mark { char kind; unsigned int what; int nr; };	/* 'p' for a file of /proc, 'm' for a memfd, 'u' for /dev/userfaultfd */
int mark_make(const struct mark *m);
bool mark_parse(const char *path, struct mark *m);
bool mark_of(pid_t pid, int fd, struct mark *m);
int add_served(int listener, const struct seccomp_notif *n, int fd);
void give(int listener, const struct seccomp_notif *n, int fd, bool served, bool cloexec);

/**
 * struct transfer - a call with a descriptor that the supervisor serves
 * @what: the call
 * @addr: user address; of an ioctl() or fcntl() its number, of fallocate() its mode
 * @len: bytes; of an ioctl() or fcntl() its argument
 * @pos: position in the file, advanced by read() and write(); the size for ftruncate()
 * @fd: a copy of the descriptor
 */
struct transfer {
	enum hosted_file_call what;
	unsigned long addr, len;
	long long *pos;
	int fd;
};

/* proc.c */
void open_serve(int listener, const struct seccomp_notif *n);
long proc_call(struct process *p, const struct mark *m, const struct transfer *t);

/* memfd.c */
void memfd_serve(int listener, const struct seccomp_notif *n);
void *memfd_file(int nr);
long memfd_call(struct process *p, const struct mark *m, const struct transfer *t);
void memfds_end(void);

/* uffd.c */
void uffd_serve(int listener, const struct seccomp_notif *n, struct process *p, unsigned long flags);
bool uffd_ioctl(struct process *p, int fd, unsigned long nr, unsigned long arg, long *ret);
void uffd_fault(struct guest *g, unsigned long addr, int write);
void uffd_read(int listener, const struct seccomp_notif *n, struct process *p);
void uffd_forks(bool begins);
void uffd_ready(void *of_host);
void uffd_rest(int begins);
void uffds_follow(void);
void uffds_end(void);

/* served.c */
void served_call(int listener, const struct seccomp_notif *n);

/* files.c */
void *file_of(int fd, bool writable, long *err);
void *file_at(const char *path, long *err);
long file_read(void *of_host, void *to, unsigned long len, unsigned long offset);
long file_write(void *of_host, const void *from, unsigned long len, unsigned long offset);
long file_punch(void *of_host, unsigned long offset, unsigned long len);
void files_follow(void);
void files_resized(int fd, unsigned long size);
void files_end(void);

/* inject.c */
struct stopped;
struct stopped *stopped_begin(pid_t pid, unsigned long gadget);
void let_go(pid_t pid, int sig);
long inject(struct stopped *s, long nr, unsigned long a, unsigned long b, unsigned long c,
	    unsigned long d, unsigned long e, unsigned long f);
void stopped_mask(struct stopped *s, unsigned long mask);
void stopped_end(struct stopped *s);
bool setup_guest(struct stopped *s, pid_t pid, struct guest *g, unsigned long fds);
bool is_booting(pid_t pid);
void set_booting(pid_t pid, bool on);

/* exec.c, fork.c */
void exec_serve(int listener, const struct seccomp_notif *n);
void fork_serve(int listener, const struct seccomp_notif *n);

/* calls.c */
void call_serve(int listener, const struct seccomp_notif *n);

/* watch.c */
extern int listener_fd, calls_epoll, faults_epoll;
void world_watch(int epoll, int fd, void *data);
void reply(int listener, const struct seccomp_notif *n, long ret);
void pass_on(int listener, const struct seccomp_notif *n);

/* filter.c */
int filter_install(void);

/* notify.c */
void serve(void);

/* start.c */
extern char **program;
int guest_start(void);
void guest_wait(void);
int guest_status(void);
void guest_end(int why);
int guest_ended(void);

/* report.c */
enum fault_kind { FAULT_READ, FAULT_WRITE, FAULT_PROTECTED, FAULT_AGAIN, FAULT_REFUSED, FAULT_KINDS };
struct tally *tally_new(void);
void count_call(struct guest *g, long nr, long ret);
void count_refused(struct guest *g, long nr, const char *why);
void count_fault(struct guest *g, enum fault_kind kind);
void count_audit(unsigned long entries);
void count_oracle(bool skipped);
void note_call(pid_t pid, long nr, const unsigned long *arg, const void *file, long ret);
bool record_begin(const char *path);
void record_line(const char *fmt, ...) __attribute__((__format__(printf, 1, 2)));
void report_guest(const struct guest *g);
void report(const char *name, bool complained);
void report_last(void);
void say(const char *fmt, ...) __attribute__((__format__(printf, 1, 2)));

/* options.c */
struct hosted_options {
	const char *mode, *record;
	unsigned long mib, processes, seconds, every;
	unsigned int workers;
	bool quiet, calls, guests, verbose;
};
extern struct hosted_options opt;
char **options_parse(int argc, char **argv);

#endif /* HOSTED_GUEST_H */

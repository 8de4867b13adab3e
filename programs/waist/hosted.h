/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract between the two halves of vma_run: guests, their system calls and faults
 * (libc side), and the machine that serves them (kernel side). It includes nothing.
 * Spaces and files are opaque to the libc side.
 */
#ifndef HOSTED_WAIST_H
#define HOSTED_WAIST_H

#define HOSTED_WORKERS	8	/* at the most, of each kind */
#define HOSTED_WAITERS	6	/* faults that wait for userfaultfds of guests, at the most */

/**
 * struct hosted_entry - what a page table allows at an address, as a TLB has it
 * @pfn: page of the machine's memory
 * @writable: stores need not ask: the entry is writable and dirty
 * @exec: instructions may be fetched
 */
struct hosted_entry {
	unsigned long pfn;
	unsigned char writable, exec;
};

/**
 * struct hosted_layout - what execve() has made of an address space beside its VMAs
 * @top: where mmap() looks for room, from there down
 * @heap: where brk() starts
 *
 * The rest is as in struct mm_struct.
 */
struct hosted_layout {
	unsigned long start_code, end_code, start_data, end_data, heap, start_stack;
	unsigned long arg_start, arg_end, env_start, env_end, top;
};

#define HOSTED_READ	1	/* as PROT_READ and so on */
#define HOSTED_WRITE	2
#define HOSTED_EXEC	4
#define HOSTED_SHARED	8
#define HOSTED_MAPPED	16
#define HOSTED_UFFD	32	/* registered with a userfaultfd of a guest */

/* Kernel side. Each is called by a worker, or by the body of the case. */

/* address spaces (kernel/space.c) */
void *hosted_space_new(const struct hosted_layout *layout);
void *hosted_space_fork(void *space);
void hosted_space_tlb(void *space, void *tlb);
void hosted_space_exit(void *space);
unsigned long hosted_space_resident(void *space);
long hosted_map(void *space, void *file, unsigned long addr, unsigned long len, unsigned long prot,
		unsigned long flags, unsigned long offset);
int hosted_write(void *space, unsigned long addr, const void *from, unsigned long len);
int hosted_read(void *space, unsigned long addr, void *to, unsigned long len);

/* files of the host (kernel/file.c) */
void *hosted_file_new(unsigned long size, void *of_host, int writable);
void hosted_file_put(void *file);
int hosted_file_mapped(void *file);
long hosted_file_sync(void *file);
void hosted_file_changed(void *file, unsigned long size);
void hosted_file_resize(void *file, unsigned long size);

/* system calls (kernel/call.c) */
long hosted_call(void *space, long nr, const unsigned long *arg, void *file);
int hosted_can(long nr);

/* prctl() of the mm (kernel/prctl.c) */
long hosted_prctl(void *space, const unsigned long *arg);

/* files of /proc/PID that tell of a space (kernel/proc.c) */
enum hosted_proc {
	HOSTED_MAPS, HOSTED_SMAPS, HOSTED_SMAPS_ROLLUP, HOSTED_CLEAR_REFS, HOSTED_PAGEMAP, HOSTED_MEM,
	HOSTED_PROC_FILES,
};
enum hosted_file_call {
	HOSTED_FILE_READ, HOSTED_FILE_WRITE, HOSTED_FILE_IOCTL, HOSTED_FILE_TRUNCATE, HOSTED_FILE_ALLOCATE,
	HOSTED_FILE_FCNTL, HOSTED_FILE_COPY,
};
long hosted_proc_text(void *space, enum hosted_proc name,
		      void (*put)(void *arg, const char *text, unsigned long n), void *arg);
long hosted_proc_call(void *space, void *caller, enum hosted_proc name, enum hosted_file_call what,
		      unsigned long a, unsigned long b, long long *pos);

/* memfds (kernel/memfd.c) */
void *hosted_memfd_new(unsigned long flags, long *err);
long hosted_memfd_call(void *memfd, void *caller, enum hosted_file_call what, unsigned long a,
		       unsigned long b, long long *pos);
unsigned long hosted_memfd_size(void *memfd);

/* userfaultfds, and faults that wait for them (kernel/uffd.c) */
void *hosted_uffd_new(void *space, unsigned long flags, void *of_host, long *err);
void *hosted_uffd_of_fork(int fd, void *of_host);
void hosted_uffd_put(void *uffd);
long hosted_uffd_read(void *uffd, void *to, unsigned long len);
long hosted_uffd_ioctl(void *uffd, void *caller, unsigned long nr, unsigned long arg);
void *hosted_uffd_tlb(void *uffd);
void hosted_waits_begin(void);
void hosted_waits(void);
int hosted_fault_waiting(void *space, unsigned long addr, int write);

/* faults and page tables (kernel/fault.c) */
int hosted_fault(void *space, unsigned long addr, int write);
int hosted_rights(void *space, unsigned long addr, unsigned long *start, unsigned long *end);
int hosted_translate(void *space, unsigned long addr, int write, struct hosted_entry *entry);
int hosted_look(void *space, unsigned long addr, struct hosted_entry *entry);

/**
 * struct hosted_ops - what the machine asks the libc side to do
 * @run: the body of the only case: run the program of the command line
 * @flush: a part of a space was flushed: @tlb is of hosted_space_tlb(). Any lock may be held that a
 *	flush may have, those of page tables included
 * @file_read: read from a file of the host: @of_host is of hosted_file_new(). Returns the bytes
 *	read, less at the end of the file; or a negative errno
 * @file_write: write to one, as far as it is long. Returns 0 or a negative errno
 * @file_punch: make a hole in one. Returns 0 or a negative errno
 * @uffd_ready: there is something to read from a userfaultfd: @of_host is of hosted_uffd_new(). A
 *	spinlock is held
 * @rest: a worker of hosted_waits() begins to wait for a monitor, or goes on
 */
struct hosted_ops {
	void (*run)(void);
	void (*flush)(void *tlb, unsigned long start, unsigned long end);
	long (*file_read)(void *of_host, void *to, unsigned long len, unsigned long offset);
	long (*file_write)(void *of_host, const void *from, unsigned long len, unsigned long offset);
	long (*file_punch)(void *of_host, unsigned long offset, unsigned long len);
	void (*uffd_ready)(void *of_host);
	void (*rest)(int begins);
};

/* the case (kernel/case.c) */
void hosted_set(const struct hosted_ops *ops);
void hosted_oracle(void);
void hosted_complain(const char *text);
void hosted_rest(void);
int hosted_start(void (*fn)(void *), void *arg, const char *name);
void hosted_join(void);

#endif /* HOSTED_WAIST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Files in memory, tmpfs and the swap device: the room mm_shim/kernel/files. */
#ifndef SHIM_FILES_H
#define SHIM_FILES_H

#include <linux/fs.h>
#include <linux/types.h>

/* files in memory (file.c) */
void shim_file_boot(void);
struct file *shim_file_create(unsigned long nr_pages);
struct file *shim_file_hold(struct file *file);
void shim_file_put(struct file *file);
unsigned long shim_files_open(void);
bool shim_file_sealed(struct address_space *mapping);
u8 *shim_file_data(struct file *file, pgoff_t index);
struct file *shim_file_of(unsigned int fd);
void shim_close(unsigned int fd);
void shim_files_close(void);
void shim_each_file(void (*fn)(struct file *file, int held, void *arg), void *arg);

/* files that are read by folios (cached.c) */
struct file *shim_file_create_cached(unsigned long nr_pages, bool around);
int shim_file_cache(struct file *file, pgoff_t index, unsigned int order);
int shim_file_cache_blocks(struct file *file, pgoff_t index, unsigned int first, unsigned int nr);
void shim_file_break(pgoff_t index);
bool shim_file_is_told(struct file *file, pgoff_t index);
void shim_file_clean(struct file *file, struct folio *folio);

/* files of tmpfs (shmem.c) */
void shim_shmem_boot(void);
struct file *shim_shmem_create(unsigned long nr_pages);
void shim_shmem_huge(const char *policy, unsigned long always, unsigned long within_size);

/* files of /proc/PID (proc.c) */
enum shim_proc_name {
	SHIM_PROC_MAPS, SHIM_PROC_SMAPS, SHIM_PROC_SMAPS_ROLLUP, SHIM_PROC_CLEAR_REFS,
	SHIM_PROC_PAGEMAP,
};
void shim_proc_boot(void);
struct file *shim_proc_open(enum shim_proc_name name);
void shim_proc_close(struct file *file);
ssize_t shim_proc_read(struct file *file, void *to, size_t size);

/* swap devices (swap.c, swap_ops.c) */
#define SHIM_SWAP_DEVICES	2
struct iov_iter;
struct kiocb;
struct swap_info_struct;
void shim_swap_boot(void);
int shim_swap_rw(struct kiocb *iocb, struct iov_iter *iter);
int shim_swap_activate(struct swap_info_struct *sis);
int shim_swap_on(unsigned long nr_pages, bool sync);
int shim_swap_off(struct file *file);
struct file *shim_swap_file(int nth);
void shim_swap_break(bool now);
union swap_header;
void shim_swap_change(void (*fn)(struct inode *inode, union swap_header *header), unsigned long nr);
void shim_swap_disk(bool now);

#endif /* SHIM_FILES_H */

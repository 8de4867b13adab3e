// SPDX-License-Identifier: GPL-2.0
/* The page cache of a file with large folios, which one looks at while another changes it. */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/syscalls.h>
#include <uapi/linux/mman.h>

#include <shim/files.h>

#include "internal.h"
#include "race.h"
#include "test.h"

#define ORDER	4
#define NR	(1L << ORDER)

struct asked {
	struct cachestat_range range;
	struct cachestat stat;
};

static struct file *file;
static int fd;
static long args;

/* A file of one folio, which is mapped at page 0. */
static struct space *with_file(struct kunit *test)
{
	const struct asked asked = { .range = { 0, NR * PAGE_SIZE } };
	struct space *sp = space_new(test);

	file = shim_file_create_cached(NR, true);
	ok(shim_file_cache(file, 0, ORDER));
	ok(map_file(sp, 0, NR, RW, MAP_SHARED, file, 0));
	KUNIT_EXPECT_EQ(test, byte_at(sp, 0), 'A');
	fd = get_unused_fd_flags(0);
	fd_install(fd, get_file(file));
	oracle_hold(test, file, 1);
	args = put_user_data(sp, &asked, sizeof(asked));
	return sp;
}

#ifdef CONFIG_CACHESTAT_SYSCALL
static void ask(struct racer *r)
{
	r->ret = sys_cachestat(fd, (void __user *)args,
			       (void __user *)args + offsetof(struct asked, stat), 0);
}
#else
static void ask(struct racer *r)
{
}
#endif

#define ASKS(sp_)	RACER("cachestat", ask, .sp = sp_)

/* The number of pages that it has told of. */
static u64 told(struct kunit *test)
{
	struct asked asked;

	ok(copy_from_user(&asked, (void __user *)args, sizeof(asked)));
	oracle_hold(test, file, -1);
	fput(file_close_fd(fd));
	shim_file_put(file);
	return asked.stat.nr_cache;
}

/* A page is counted as a part of the whole, or alone, or it is both in the moment. */
RACE(race_cachestat, of_what_is_split,
     NEEDS(CONFIG_CACHESTAT_SYSCALL, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = with_file(test);
	struct racer asks = ASKS(sp), split = SPLITS_HUGE(sp, 0);
	u64 nr;

	race(test, &asks, &split);
	ok(asks.ret);
	nr = told(test);
	KUNIT_EXPECT_GE(test, nr, (u64)NR);
	KUNIT_EXPECT_LE(test, nr, 2 * (u64)NR);
	ok(look(sp, 1, NR - 1));
}

static void cut_off(struct racer *r)
{
	struct iattr attr = { .ia_valid = ATTR_SIZE, .ia_size = 0 };
	struct inode *inode = file_inode(file);

	inode_lock(inode);
	r->ret = inode->i_op->setattr(&nop_mnt_idmap, file->f_path.dentry, &attr);
	inode_unlock(inode);
}

RACE(race_cachestat, of_what_is_cut_off,
     NEEDS(CONFIG_CACHESTAT_SYSCALL, CONFIG_TRANSPARENT_HUGEPAGE))
{
	struct space *sp = with_file(test);
	struct racer asks = ASKS(sp), cut = RACER("ftruncate", cut_off, .sp = sp, .nr = NR);
	u64 nr;

	race(test, &asks, &cut);
	ok(asks.ret);
	ok(cut.ret);
	nr = told(test);
	KUNIT_EXPECT_LE(test, nr, (u64)NR);
	fails(read_page(sp, 1), -EIO);
}

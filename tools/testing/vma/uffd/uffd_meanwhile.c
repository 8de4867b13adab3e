// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls of userfaultfd, and pages that migrate. What is on its way is there, and an ioctl that
 * has waited for it without its locks looks again at what it had found before.
 */
#include <linux/kthread.h>

#include "beside.h"
#include "internal.h"
#include "test.h"
#include "uffd.h"

#define HUGE	NEEDS(CONFIG_USERFAULTFD, CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_MIGRATION)
#define FILES	NEEDS(CONFIG_USERFAULTFD, CONFIG_SHMEM, CONFIG_MIGRATION)

/**
 * struct waiting - a thread in an ioctl that waits for the migration of a page
 * @u: the userfaultfd
 * @cmd: the ioctl
 * @args: its argument, in user memory
 * @m: the migration
 * @thread: the thread, whose result is that of the ioctl
 */
struct waiting {
	struct uffd *u;
	unsigned int cmd;
	long args;
	struct migration m;
	struct task_struct *thread;
};

static int call(void *data)
{
	struct waiting *w = data;

	shim_use_mm(w->u->sp->mm);
	return w->u->file->f_op->unlocked_ioctl(w->u->file, w->cmd, w->args);
}

/* The thread has come to the page when this returns; what the ioctl changes is not in the model. */
static void begin(struct waiting *w, struct uffd *u, long page, unsigned int cmd, const void *arg,
		  size_t size)
{
	struct kunit *test = u->sp->test;

	w->u = u;
	w->cmd = cmd;
	w->args = put_user_data(u->sp, arg, size);
	KUNIT_ASSERT_GT(test, w->args, 0L);
	ok(begin_migration(u->sp, page, &w->m));
	oracle_pause(test);
	w->thread = run_until_it_sleeps(call, w, "ioctl");
}

static int end(struct waiting *w)
{
	struct kunit *test = w->u->sp->test;
	int err;

	ok(end_migration(w->u->sp, &w->m, true));
	err = kthread_stop(w->thread);
	oracle_resume(test);
	oracle(test);
	return err;
}

/* Its entry is not present, and none of its pages is missing. */
TEST(uffd, nothing_is_put_where_a_huge_page_migrates, HUGE)
{
	struct space *sp = layout(test, "[H].*512[WW]");
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	struct migration m;

	ok(uffd_register(u, 0, HUGE_NR, UFFD_MISSING));
	ok(begin_migration(sp, 0, &m));
	fails(uffd_copy(u, 4, 1, 2 * HUGE_NR, 0), -EEXIST);
	fails(uffd_zeropage(u, 5, 1), -EEXIST);
	fails(uffd_poison(u, 6, 1), -EEXIST);
	ok(end_migration(sp, &m, true));
	expect(sp, "[H].*512[WW]");
	ok(look(sp, 0, 8));
}

/* It is split when it has come to its new place. */
TEST(uffd, move_of_a_part_of_a_huge_page_that_migrates, HUGE)
{
	struct space *sp = layout(test, "[w*512].*512[H]");
	struct uffd *u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	const long from = 2 * HUGE_NR + 4;
	const struct uffdio_move arg = { page_addr(4), page_addr(from), 4 * PAGE_SIZE };
	const u8 byte = byte_at(sp, from);
	struct waiting w;

	ok(uffd_register(u, 0, HUGE_NR, UFFD_MISSING));
	forget(sp, 4, 4);
	forget(sp, from, 4);
	begin(&w, u, 2 * HUGE_NR, UFFDIO_MOVE, &arg, sizeof(arg));
	ok(end(&w));
	expect(sp, "[wwwwWWWWw*504].*512[WWWWwwwwW*504]");
	KUNIT_EXPECT_EQ(test, byte_at(sp, 4), byte);
	ok(look(sp, 2 * HUGE_NR, 4));
}

/* {www}..[W]: page 1 of a file is missing, and the monitor's copy of it migrates meanwhile. */
static struct uffd *copies(struct kunit *test, struct waiting *w, struct file **file)
{
	const struct uffdio_copy arg = { page_addr(1), page_addr(5), PAGE_SIZE };
	struct space *sp = layout(test, ".....[W]");
	struct uffd *u;

	*file = open_shmem(test, 4);
	ok(map_file(sp, 0, 3, RW, MAP_SHARED, *file, 0));
	u = uffd_open(sp, UFFD_FEATURE_SIGBUS);
	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	forget(sp, 0, 3);
	begin(w, u, 5, UFFDIO_COPY, &arg, sizeof(arg));
	return u;
}

TEST(uffd, copy_of_a_page_that_migrates, FILES)
{
	struct file *file;
	struct waiting w;
	struct uffd *u = copies(test, &w, &file);

	ok(end(&w));
	expect(u->sp, "{wWw}..[W]");
	KUNIT_EXPECT_EQ(test, byte_at(u->sp, 1), byte_at(u->sp, 5));
}

TEST(uffd, copy_to_what_is_unmapped_meanwhile, FILES)
{
	struct file *file;
	struct waiting w;
	struct uffd *u = copies(test, &w, &file);

	ok(unmap(u->sp, 0, 3));
	fails(end(&w), -ENOENT);
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 1));
}

TEST(uffd, copy_to_what_is_unregistered_meanwhile, FILES)
{
	struct file *file;
	struct waiting w;
	struct uffd *u = copies(test, &w, &file);

	ok(uffd_unregister(u, 0, 3));
	fails(end(&w), -ENOENT);
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 1));
}

/* Something else is mapped and registered there: the monitor has to ask again. */
static void replaced(struct kunit *test, struct file *by, pgoff_t pgoff, int flags)
{
	struct file *file;
	struct waiting w;
	struct uffd *u = copies(test, &w, &file);

	ok(map_file(u->sp, 0, 3, RW, flags, flags & MAP_ANONYMOUS ? NULL : by ?: file, pgoff));
	ok(uffd_register(u, 0, 3, UFFD_MISSING));
	fails(end(&w), -EAGAIN);
	KUNIT_EXPECT_NULL(test, folio_of(u->sp, 1));
	KUNIT_EXPECT_NULL(test, folio_in_cache(file, 1 + pgoff));
	if (by)
		KUNIT_EXPECT_NULL(test, folio_in_cache(by, 1));
}

TEST(uffd, copy_to_where_another_file_is_mapped_meanwhile, FILES)
{
	replaced(test, open_shmem(test, 4), 0, MAP_SHARED);
}

TEST(uffd, copy_to_where_another_part_of_the_file_is_mapped_meanwhile, FILES)
{
	replaced(test, NULL, 1, MAP_SHARED);
}

TEST(uffd, copy_to_where_no_file_is_mapped_meanwhile, FILES)
{
	replaced(test, NULL, 0, ANON);
}

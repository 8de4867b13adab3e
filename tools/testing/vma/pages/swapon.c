// SPDX-License-Identifier: GPL-2.0
/* swapon(): which headers and files it refuses, and how much of a file it uses. */
#include <linux/fs.h>
#include <linux/swap.h>

#include <shim/files.h>

#include "test.h"

#define NR	600	/* more than a cluster of slots */

typedef void change_fn(struct inode *inode, union swap_header *header);

/* What swapon() says of a file that was changed like that, and the slots that there are. */
static long slots(struct kunit *test, change_fn *fn, unsigned long usable)
{
	long nr;
	int err;

	shim_swap_change(fn, usable);
	err = shim_swap_on(NR, false);
	shim_swap_change(NULL, 0);
	if (err)
		return err;
	nr = get_nr_swap_pages();
	ok(shim_swap_off(shim_swap_file(0)));
	return nr;
}

static void other_magic(struct inode *inode, union swap_header *header)
{
	header->magic.magic[0] = 'X';
}

static void other_version(struct inode *inode, union swap_header *header)
{
	header->info.version = 2;
}

static void longer_than_the_file(struct inode *inode, union swap_header *header)
{
	header->info.last_page = NR;
}

static void encrypted(struct inode *inode, union swap_header *header)
{
	inode->i_flags |= S_ENCRYPTED;
}

/* Only what is no regular file may have bad pages. */
static void is_a_device(struct inode *inode)
{
	inode->i_mode = (inode->i_mode & ~S_IFMT) | S_IFCHR;
}

static void two_bad_pages(struct inode *inode, union swap_header *header)
{
	is_a_device(inode);
	header->info.nr_badpages = 2;
	header->info.badpages[0] = 5;
	header->info.badpages[1] = NR - 1;
}

static void one_bad_page(union swap_header *header, unsigned int page)
{
	header->info.nr_badpages = 1;
	header->info.badpages[0] = page;
}

static void header_is_bad(struct inode *inode, union swap_header *header)
{
	is_a_device(inode);
	one_bad_page(header, 0);
}

static void bad_page_behind_the_end(struct inode *inode, union swap_header *header)
{
	is_a_device(inode);
	one_bad_page(header, NR);
}

static void bad_page_of_a_file(struct inode *inode, union swap_header *header)
{
	one_bad_page(header, 5);
}

TEST(swapon, header_is_no_slot, NEEDS(CONFIG_SWAP))
{
	KUNIT_EXPECT_EQ(test, slots(test, NULL, 0), NR - 1L);
}

TEST(swapon, file_that_is_none_for_swap, NEEDS(CONFIG_SWAP))
{
	fails(slots(test, other_magic, 0), -EINVAL);
	fails(slots(test, other_version, 0), -EINVAL);
	fails(slots(test, longer_than_the_file, 0), -EINVAL);
}

/* What is written would not be what the disk has. */
TEST(swapon, file_that_is_encrypted, NEEDS(CONFIG_SWAP))
{
	fails(slots(test, encrypted, 0), -EINVAL);
}

TEST(swapon, bad_pages_are_no_slots, NEEDS(CONFIG_SWAP))
{
	KUNIT_EXPECT_EQ(test, slots(test, two_bad_pages, 0), NR - 3L);
	fails(slots(test, header_is_bad, 0), -EINVAL);
	fails(slots(test, bad_page_behind_the_end, 0), -EINVAL);
	fails(slots(test, bad_page_of_a_file, 0), -EINVAL);
}

/* The file system finds less of it than the header says. */
TEST(swapon, file_with_less_room_than_the_header_says, NEEDS(CONFIG_SWAP))
{
	KUNIT_EXPECT_EQ(test, slots(test, NULL, 100), 99L);
	/* bad pages that lie beyond are none */
	KUNIT_EXPECT_EQ(test, slots(test, two_bad_pages, 100), 98L);
}

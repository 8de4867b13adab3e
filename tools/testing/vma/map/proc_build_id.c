// SPDX-License-Identifier: GPL-2.0
/* The build ID that PROCMAP_QUERY tells of the file that is mapped: a note of an ELF file. */
#include <linux/buildid.h>
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "chardev.h"
#include "proc.h"
#include "test.h"

#define ID_SIZE		20
#define TYPE_BUILD_ID	3	/* which lib/buildid.c has for itself */

/* the file as lib/buildid.c reads it */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	struct {
		Elf64_Nhdr header;
		char name[4];
		u8 id[ID_SIZE];
	} note;
};

/* Maps a program at page 0. */
static struct space *map_program(struct kunit *test, struct chardev **drv)
{
	struct program p = {
		.header = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64 }, .e_type = ET_DYN, .e_phnum = 1,
			    .e_phoff = offsetof(struct program, segment) },
		.segment = { .p_type = PT_NOTE, .p_offset = offsetof(struct program, note),
			     .p_filesz = sizeof(p.note) },
		.note = { { sizeof(p.note.name), ID_SIZE, TYPE_BUILD_ID }, "GNU", "twenty bytes of it" },
	};
	struct space *sp = space_new(test);

	*drv = chardev_new(test, 2);
	(*drv)->fops.read_iter = generic_file_read_iter;
	memcpy(shim_file_data((*drv)->file, 0), &p, sizeof(p));
	ok(chardev_map(sp, 0, 2, MAP_PRIVATE, *drv));
	return sp;
}

TEST(proc_build_id, is_told, PROC)
{
	struct procmap_query q;
	struct chardev *drv;
	struct space *sp = map_program(test, &drv);

	ok(maps_query_build_id(sp, 0, BUILD_ID_SIZE_MAX, &q));
	KUNIT_EXPECT_EQ(test, q.build_id_size, (u32)ID_SIZE);
	chardev_put(drv);
}

TEST(proc_build_id, without_room, PROC)
{
	struct procmap_query q;
	struct chardev *drv;
	struct space *sp = map_program(test, &drv);

	fails(maps_query_build_id(sp, 0, ID_SIZE - 1, &q), -ENAMETOOLONG);
	chardev_put(drv);
}

TEST(proc_build_id, of_no_program, PROC)
{
	struct procmap_query q;
	struct space *sp = layout(test, "[ww]");

	map_written_file(sp, 4);
	ok(maps_query_build_id(sp, 0, BUILD_ID_SIZE_MAX, &q));
	KUNIT_EXPECT_EQ(test, q.build_id_size, 0U);
	ok(maps_query_build_id(sp, 4, BUILD_ID_SIZE_MAX, &q));
	KUNIT_EXPECT_EQ(test, q.build_id_size, 0U);
}

static int reads;

static ssize_t unmap_and_read(struct kiocb *iocb, struct iov_iter *to)
{
	if (!reads++)
		sys_munmap(page_addr(1), PAGE_SIZE);
	return generic_file_read_iter(iocb, to);
}

/* A read may take long, and locks of its own: meanwhile others change the mapping. */
TEST(proc_build_id, nothing_is_locked_while_it_is_read, PROC)
{
	struct procmap_query q;
	struct chardev *drv;
	struct space *sp = map_program(test, &drv);

	leave_out_of_sweeps();	/* the read that fails before it begins unmaps nothing */
	reads = 0;
	drv->fops.read_iter = unmap_and_read;
	ok(maps_query_build_id(sp, 0, BUILD_ID_SIZE_MAX, &q));
	if (!reads)
		kunit_skip(test, "this kernel reads the page cache alone");
	KUNIT_EXPECT_EQ(test, q.build_id_size, (u32)ID_SIZE);
	KUNIT_EXPECT_NULL(test, vma_of(sp, 1));
	chardev_put(drv);
}

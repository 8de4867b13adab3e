// SPDX-License-Identifier: GPL-2.0
/* The words of proc.h. */
#include <linux/buildid.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "proc.h"

#include "../fs/proc/internal.h"

#define TEXT_ROOM	(256 << 10)

static const char * const names[] = {
	[SHIM_PROC_MAPS] = "maps", [SHIM_PROC_SMAPS] = "smaps",
	[SHIM_PROC_SMAPS_ROLLUP] = "smaps_rollup", [SHIM_PROC_CLEAR_REFS] = "clear_refs",
	[SHIM_PROC_PAGEMAP] = "pagemap",
};

/**
 * map_written_file() - map a shared file of two pages, and write to the first
 * @sp: the space, made the current one
 * @page: first page of the mapping
 */
void map_written_file(struct space *sp, long page)
{
	struct file *file = shim_file_create(2);
	struct kunit *test = sp->test;

	ok(map_file(sp, page, 2, RW, MAP_SHARED, file, 0));
	shim_file_put(file);
	ok(write_page(sp, page, 'f'));
}

/* A failure sweep ends a case early. */
static void close_file(void *file)
{
	shim_proc_close(file);
}

/**
 * proc_open() - open a file of /proc/PID
 * @sp: the space of the process, made the current one
 * @name: the file
 *
 * Return: the file, for proc_close(), or an ERR_PTR().
 */
struct file *proc_open(struct space *sp, enum shim_proc_name name)
{
	struct kunit *test = sp->test;
	struct file *file;

	op_begin(sp, "open", "/proc/self/%s", names[name]);
	file = shim_proc_open(name);
	op_end(PTR_ERR_OR_ZERO(file));
	if (!IS_ERR(file)) {
		ok(kunit_add_action_or_reset(test, close_file, file));
		if (name != SHIM_PROC_CLEAR_REFS)
			oracle_hold(test, grabbed(sp->mm), 1);
	}
	op_done(sp, PTR_ERR_OR_ZERO(file));
	return file;
}

/**
 * proc_close() - close it
 * @sp: the space of the process
 * @file: from proc_open()
 */
void proc_close(struct space *sp, struct file *file)
{
	bool holds = file->private_data;

	kunit_release_action(sp->test, close_file, file);
	if (holds)
		oracle_hold(sp->test, grabbed(sp->mm), -1);
}

static long read_all(struct file *file, char *text)
{
	long n, done = 0;

	do {
		n = shim_proc_read(file, text + done, TEXT_ROOM - 1 - done);
		if (n > 0)
			done += n;
	} while (n > 0);
	text[done] = 0;
	return n;
}

/**
 * proc_text() - read a file of text
 * @sp: the space of the process, made the current one
 * @name: the file
 *
 * Return: the text, until the end of the case; it is empty if a read has failed.
 */
const char *proc_text(struct space *sp, enum shim_proc_name name)
{
	char *text = kunit_kzalloc(sp->test, TEXT_ROOM, GFP_KERNEL);
	struct file *file;
	long err;

	op_begin(sp, "read", "/proc/self/%s", names[name]);
	file = shim_proc_open(name);
	err = PTR_ERR_OR_ZERO(file);
	if (!err) {
		err = read_all(file, text);
		shim_proc_close(file);
	}
	op_end(err);
	op_done(sp, err);
	return text;
}

/**
 * maps_next() - take a line of maps
 * @text: where it begins; set to the next one
 * @line: filled in
 *
 * Return: false at the end of the text, or where it is no line of maps.
 */
bool maps_next(const char **text, struct maps_line *line)
{
	unsigned long start, end;
	const char *eol = strchr(*text, '\n');
	int at = 0;

	memset(line, 0, sizeof(*line));
	if (!eol || sscanf(*text, "%lx-%lx %4s %*x %*x:%*x %*u %n", &start, &end, line->rights, &at) < 3)
		return false;
	line->start = (long)(start - SPACE_BASE) >> PAGE_SHIFT;
	line->end = (long)(end - SPACE_BASE) >> PAGE_SHIFT;
	if (at && *text + at < eol)
		strscpy(line->name, *text + at, min_t(size_t, sizeof(line->name), eol - *text - at + 1));
	*text = eol + 1;
	return true;
}

static char letter_of(const struct maps_line *line)
{
	if (line->rights[1] == 'w')
		return 'w';
	if (line->rights[2] == 'x')
		return 'x';
	return line->rights[0] == 'r' ? 'r' : 'n';
}

static char *run(char *to, char c, long nr)
{
	if (nr >= 64)
		return to + sprintf(to, "%c*%ld", c, nr);
	memset(to, c, nr);
	return to + nr;
}

/**
 * maps_of() - draw what maps shows as a layout
 * @sp: the space of the process, made the current one
 *
 * Return: the layout, until the end of the case; no page of it is drawn as present.
 */
const char *maps_of(struct space *sp)
{
	const char *text = proc_text(sp, SHIM_PROC_MAPS);
	char *layout = kunit_kzalloc(sp->test, LAYOUT_ROOM, GFP_KERNEL), *to = layout;
	struct maps_line line;
	const char *kind;
	long page = 0;

	while (maps_next(&text, &line) && line.start < SPACE_PAGES) {
		kind = line.rights[3] == 's' ? "{}" : line.name[0] == '/' ? "()" : "[]";
		if (line.start < page)
			return "maps goes backwards";
		to = run(to, '.', line.start - page);
		*to++ = kind[0];
		to = run(to, letter_of(&line), line.end - line.start);
		*to++ = kind[1];
		page = line.end;
	}
	return layout;
}

static long field_kb(const char *text, const char *field)
{
	char want[32];
	long kb = -1;

	snprintf(want, sizeof(want), "\n%s:", field);
	text = strstr(text, want);
	if (text)
		sscanf(text + strlen(want), " %ld", &kb);
	return kb;
}

/**
 * smaps_kb() - a number of smaps
 * @sp: the space of the process, made the current one
 * @page: the first page of the VMA
 * @field: its name, as "Rss"
 *
 * Return: kilobytes, or -1 if there is no such VMA or field.
 */
long smaps_kb(struct space *sp, long page, const char *field)
{
	const char *text = proc_text(sp, SHIM_PROC_SMAPS);
	char want[32];

	snprintf(want, sizeof(want), "%08lx-", page_addr(page));
	text = strstr(text, want);
	return text ? field_kb(text, field) : -1;
}

/**
 * rollup_kb() - a number of smaps_rollup
 * @sp: the space of the process, made the current one
 * @field: its name
 *
 * Return: kilobytes, or -1 if there is no such field.
 */
long rollup_kb(struct space *sp, const char *field)
{
	return field_kb(proc_text(sp, SHIM_PROC_SMAPS_ROLLUP), field);
}

/**
 * status_kb() - a number of status, as far as it is of the address space
 * @sp: the space of the process, made the current one
 * @field: its name, as "RssAnon"
 *
 * Return: kilobytes, or -1 if there is no such field.
 */
long status_kb(struct space *sp, const char *field)
{
	struct seq_file m = { .size = PAGE_SIZE };

	m.buf = kunit_kzalloc(sp->test, PAGE_SIZE, GFP_KERNEL);
	shim_use_mm(sp->mm);
#ifdef CONFIG_PROC_PAGE_MONITOR
	task_mem(&m, sp->mm);
#endif
	return field_kb(m.buf, field);
}

/**
 * statm_pages() - the resident pages of statm
 * @sp: the space of the process
 *
 * Return: their number.
 */
unsigned long statm_pages(struct space *sp)
{
	unsigned long resident = 0;
#ifdef CONFIG_PROC_PAGE_MONITOR
	unsigned long shared, text, data;

	task_statm(sp->mm, &shared, &text, &data, &resident);
#endif
	return resident;
}

/* Has a page for arguments and results, which is present. */
static long user_buffer(struct space *sp, const void *data, size_t size)
{
	long at = put_user_data(sp, data, size);
	struct kunit *test = sp->test;

	KUNIT_ASSERT_GT(test, at, 0L);
	return at;
}

/**
 * pagemap_at() - the word of pagemap for a page
 * @sp: the space of the process, made the current one
 * @page: the page
 *
 * Return: the word.
 */
u64 pagemap_at(struct space *sp, long page)
{
	loff_t pos = (page_addr(page) >> PAGE_SHIFT) * sizeof(u64);
	u64 word = ~0ULL;
	long at = user_buffer(sp, &word, sizeof(word)), err;
	struct file *file;

	op_begin(sp, "read", "/proc/self/pagemap of %ld", page);
	file = shim_proc_open(SHIM_PROC_PAGEMAP);
	err = PTR_ERR_OR_ZERO(file);
	if (!err) {
		err = file->f_op->read(file, (char __user *)at, sizeof(word), &pos);
		shim_proc_close(file);
	}
	op_end(err);
	if (err == sizeof(word))
		shim_user_read(sp->mm, at, &word, sizeof(word));
	op_done(sp, err);
	return word;
}

/**
 * write_clear_refs() - write to clear_refs
 * @sp: the space of the process, made the current one
 * @what: "1" for the accessed bits, "4" for the soft-dirty ones, ...
 *
 * Return: 0 or a negative errno.
 */
int write_clear_refs(struct space *sp, const char *what)
{
	long at = user_buffer(sp, what, strlen(what) + 1), err;
	struct file *file = shim_proc_open(SHIM_PROC_CLEAR_REFS);
	loff_t pos = 0;

	op_begin(sp, "write", "%s > /proc/self/clear_refs", what);
	err = op_end(file->f_op->write(file, (char __user *)at, strlen(what), &pos));
	shim_proc_close(file);
	return op_done(sp, err > 0 ? 0 : err);
}

/* An ioctl of a file with one argument, which is copied out again. */
static long proc_ioctl(struct space *sp, enum shim_proc_name name, unsigned int nr, void *arg,
		       size_t size)
{
	long at = user_buffer(sp, arg, size), err;
	struct file *file;

	op_begin(sp, "ioctl", "/proc/self/%s", names[name]);
	file = shim_proc_open(name);
	err = PTR_ERR_OR_ZERO(file);
	if (!err) {
		err = file->f_op->unlocked_ioctl(file, nr, at);
		shim_proc_close(file);
	}
	op_end(err);
	shim_user_read(sp->mm, at, arg, size);
	return op_done(sp, err);
}

/**
 * maps_query() - PROCMAP_QUERY
 * @sp: the space of the process, made the current one
 * @page: the page that is asked for
 * @flags: PROCMAP_QUERY_*
 * @q: filled in
 *
 * Return: 0 or a negative errno.
 */
long maps_query(struct space *sp, long page, u64 flags, struct procmap_query *q)
{
	*q = (struct procmap_query) {
		.size = sizeof(*q), .query_flags = flags, .query_addr = page_addr(page),
	};
	return proc_ioctl(sp, SHIM_PROC_MAPS, PROCMAP_QUERY, q, sizeof(*q));
}

/**
 * maps_query_build_id() - PROCMAP_QUERY that asks for the build ID of the file, too
 * @sp: the space of the process, made the current one
 * @page: the page that is asked for
 * @room: bytes that there are for it
 * @q: filled in
 *
 * Return: 0 or a negative errno.
 */
long maps_query_build_id(struct space *sp, long page, u32 room, struct procmap_query *q)
{
	char id[BUILD_ID_SIZE_MAX] = {};

	*q = (struct procmap_query) {
		.size = sizeof(*q), .query_addr = page_addr(page), .build_id_size = room,
		.build_id_addr = user_buffer(sp, id, sizeof(id)),
	};
	return proc_ioctl(sp, SHIM_PROC_MAPS, PROCMAP_QUERY, q, sizeof(*q));
}

/**
 * pagemap_scan() - PAGEMAP_SCAN
 * @sp: the space of the process, made the current one
 * @arg: addresses and categories; the rest is filled in
 * @regions: @arg->vec_len of them, at most SCAN_REGIONS, which are filled in
 *
 * Return: the number of regions, or a negative errno.
 */
long pagemap_scan(struct space *sp, struct pm_scan_arg *arg, struct page_region *regions)
{
	struct {
		struct pm_scan_arg arg;
		struct page_region regions[SCAN_REGIONS];
	} user = { .arg = *arg };
	long ret;

	user.arg.size = sizeof(user.arg);
	user.arg.vec = user_buffer(sp, &user, sizeof(user)) + offsetof(typeof(user), regions);
	ret = proc_ioctl(sp, SHIM_PROC_PAGEMAP, PAGEMAP_SCAN, &user, sizeof(user));
	*arg = user.arg;
	memcpy(regions, user.regions, min_t(u64, arg->vec_len, SCAN_REGIONS) * sizeof(*regions));
	return ret;
}

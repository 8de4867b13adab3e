// SPDX-License-Identifier: GPL-2.0
/*
 * The picture in the log of a case that fails: the address spaces before the operation
 * that failed, as the case expected them, and as they are.
 */
#include <linux/mm.h>
#include <linux/rmap.h>

#include <shim/cases.h>
#include <shim/host.h>

#include "drawing.h"

#define MAX_DRAWN	6	/* spaces in a picture */

struct lines {
	char name[16];
	char text[LAYOUT_ROOM], below[LAYOUT_ROOM];
};

static struct lines before[MAX_DRAWN], now;
static int nr_before;

/* the operation that @before is before */
static struct {
	const char *name;
	const char *by;		/* the space of the program that makes it, or NULL */
	char args[64];
	char ret[24];		/* empty before it has returned */
} op;

/*
 * The letter of a VMA's anon_vma, L if it is the shared one of its mm, and the number of
 * its links where that is not 1, or 0 for L. Nothing for a VMA without an anon_vma.
 */
static void anon_word(struct vm_area_struct *vma, char *to)
{
	unsigned int nr = list_count_nodes(&shim_anon_vma_chain(vma)), usual = !is_lazy(vma);

	if (!shim_anon_vma(vma))
		return;
	*to++ = is_lazy(vma) ? 'L' : anon_letter(shim_anon_vma(vma));
	if (nr != usual)
		*to++ = nr > 9 ? '+' : '0' + nr;
	*to = 0;
}

static void draw(struct space *sp, struct lines *d)
{
	strscpy(d->name, sp->name, sizeof(d->name));
	draw_layout(sp, d->text, d->below, anon_word);
}

static void put(const char *text, size_t width)
{
	size_t len = strlen(text);

	host_log(text, len);
	for (; len < width; len++)
		host_log(" ", 1);
}

static void put_row(const char *label, const char *name, const char *text)
{
	put(label, 20);
	put(name, 8);
	put(text, 0);
	put("\n", 0);
}

/* Prints a space; true if there is a line below its layout. */
static bool put_drawing(const char *label, const struct lines *d)
{
	put_row(label, d->name, d->text);
	if (d->below[0])
		put_row("", "", d->below);
	return d->below[0];
}

static bool put_before(void)
{
	char label[32];
	bool marks = false;
	int i;

	for (i = 0; i < nr_before; i++) {
		snprintf(label, sizeof(label), "before %s", op.name);
		marks |= put_drawing(i ? "" : label, &before[i]);
	}
	return marks;
}

/**
 * picture_begin() - draw the spaces as they are before an operation
 * @test: the case
 * @args: printf format of the operation's arguments, or NULL
 * @list: for @args
 */
void picture_begin(struct kunit *test, const char *args, va_list list)
{
	struct world *world = test->priv;
	struct space *sp;

	op.name = world->op;
	op.by = world->op_space ? world->op_space->name : NULL;
	op.args[0] = op.ret[0] = 0;
	if (args)
		vsnprintf(op.args, sizeof(op.args), args, list);
	nr_before = 0;
	list_for_each_entry(sp, &world->spaces, list)
		if (nr_before < MAX_DRAWN)
			draw(sp, &before[nr_before++]);
}

/**
 * picture_returned() - note the value that the operation has returned
 * @ret: the value
 */
void picture_returned(long ret)
{
	snprintf(op.ret, sizeof(op.ret), " = %ld", ret);
}

static const struct lines *before_of(const char *name)
{
	int i;

	for (i = 0; name && i < nr_before; i++)
		if (!strcmp(before[i].name, name))
			return &before[i];
	return NULL;
}

/* Prints "operation: parent: mprotect(3, 3, READ) = 0". */
static void put_operation(void)
{
	char text[160];

	snprintf(text, sizeof(text), "operation: %s: %s(%s)%s", op.by ?: "the kernel", op.name,
		 op.args, op.ret);
	put(text, 0);
}

/* Prints ": [WWW] became [W][R][W]" behind it, of the space of the program. */
static void put_change(struct world *world)
{
	const struct lines *was = before_of(op.by);
	struct space *sp;

	list_for_each_entry(sp, &world->spaces, list) {
		if (!was || strcmp(sp->name, op.by))
			continue;
		draw(sp, &now);
		put(": ", 0);
		put(was->text, 0);
		put(strcmp(was->text, now.text) ? " became " : " stays so", 0);
		put(strcmp(was->text, now.text) ? now.text : "", 0);
	}
}

/**
 * picture_before() - print the operation and the drawing of the spaces before it
 *
 * Context: also in the handler of a signal.
 */
void picture_before(void)
{
	put_operation();
	put("\n", 0);
	put_before();
}

static void put_difference(const char *want, const char *is)
{
	char mark[LAYOUT_ROOM];
	size_t at;

	for (at = 0; want[at] && want[at] == is[at]; at++)
		mark[at] = ' ';
	strcpy(mark + at, "^");
	put_row("", "", mark);
}

/**
 * picture() - print the spaces of a case before and after the operation that failed
 * @test: the case; only the first call in it prints
 * @sp: the space that is not as expected, or NULL
 * @want: the layout that was expected of @sp, or NULL if its layout is right
 *
 * Context: as of layout_of(). The text goes to the log. Prints nothing in a race.
 */
void picture(struct kunit *test, struct space *sp, const char *want)
{
	struct world *world = test->priv;
	struct space *other;
	bool marks = false;

	if (world->pictured || shim_in_race())
		return;
	world->pictured = true;
	put("\n", 0);
	if (nr_before) {
		put_operation();
		put_change(world);
		put("\n", 0);
	}
	marks = put_before();
	if (want)
		put_row("expected", sp->name, want);
	list_for_each_entry(other, &world->spaces, list) {
		draw(other, &now);
		marks |= put_drawing(other->list.prev == &world->spaces ? "after" : "", &now);
		if (want && other == sp)
			put_difference(want, now.text);
	}
	if (marks)
		put_row("", "", "a, b: anon_vma of the VMA above, L: the lazy one of its mm; a digit: links in the chain, if not 1, or none for L");
}

/**
 * layout_beside() - layout_of(), and a picture if it is not as expected
 * @sp: the space
 * @want: the layout that is expected
 *
 * Return: the layout as it is.
 */
const char *layout_beside(struct space *sp, const char *want)
{
	const char *is = layout_of(sp);

	if (strcmp(is, want))
		picture(sp->test, sp, want);
	return is;
}

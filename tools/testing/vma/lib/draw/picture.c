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
static const char *op;		/* the operation that @before is before */

/*
 * The letter of a VMA's anon_vma, L if it is the shared one of its mm, and the number of
 * its links where that is not 1, or 0 for L. Nothing for a VMA without an anon_vma.
 */
static void anon_word(struct vm_area_struct *vma, char *to)
{
	unsigned int nr = list_count_nodes(&vma->anon_vma_chain), usual = !is_lazy(vma);

	if (!vma->anon_vma)
		return;
	*to++ = is_lazy(vma) ? 'L' : anon_letter(vma->anon_vma);
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
		snprintf(label, sizeof(label), "before %s", op);
		marks |= put_drawing(i ? "" : label, &before[i]);
	}
	return marks;
}

/**
 * picture_begin() - draw the spaces as they are before an operation
 * @test: the case
 */
void picture_begin(struct kunit *test)
{
	struct world *world = test->priv;
	struct space *sp;

	op = world->op;
	nr_before = 0;
	list_for_each_entry(sp, &world->spaces, list)
		if (nr_before < MAX_DRAWN)
			draw(sp, &before[nr_before++]);
}

/**
 * picture_before() - print the drawing of the spaces before the operation
 *
 * Context: also in the handler of a signal.
 */
void picture_before(void)
{
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

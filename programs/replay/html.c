// SPDX-License-Identifier: GPL-2.0
/* Objects in use over a trace, as a page with one picture for each cache. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "replayer.h"

#define WIDTH	720
#define HEIGHT	200
#define LEFT	70
#define BOTTOM	24

static const char style[] =
"body{font:15px sans-serif;max-width:820px;margin:24px auto;color:#222}"
"svg{display:block;margin:4px 0 26px}text{font:12px sans-serif;fill:#444}"
".axis{stroke:#999}.grid{stroke:#e4e4e4}polyline{fill:none}.key{font-weight:bold}"
/* so that both are seen where they are equal */
".eager{stroke:#f0b3ab;stroke-width:6}.lazy{stroke:#1f6fb2;stroke-width:2}";

#define EAGER	"<span class=\"key\" style=\"color:#d9705f\">eager</span>"
#define LAZY	"<span class=\"key\" style=\"color:#1f6fb2\">lazy</span>"

static unsigned long highest(const struct replay_run *run, unsigned int cache)
{
	unsigned long top = 0;
	unsigned int i;

	for (i = 0; i < run->nr_samples; i++)
		if (run->samples[i].objects[cache] > top)
			top = run->samples[i].objects[cache];
	return top;
}

/* 1, 2 or 5 times a power of ten, so that four of them reach the top. */
static unsigned long step_for(unsigned long top)
{
	unsigned long step = 1;

	for (;;) {
		if (4 * step >= top)
			return step;
		if (8 * step >= top)
			return 2 * step;
		if (20 * step >= top)
			return 5 * step;
		step *= 10;
	}
}

static void line(FILE *to, const struct replay_run *run, unsigned int cache, unsigned long top,
		 const char *mode)
{
	unsigned int i, last = run->samples[run->nr_samples - 1].call;

	fprintf(to, "<polyline class=\"%s\" points=\"", mode);
	for (i = 0; i < run->nr_samples; i++)
		fprintf(to, "%.1f,%.1f ",
			LEFT + (double)run->samples[i].call * WIDTH / (last ?: 1),
			10 + HEIGHT - (double)run->samples[i].objects[cache] * HEIGHT / top);
	fprintf(to, "\"/>\n");
}

static void axes(FILE *to, unsigned long step, unsigned long top, unsigned int calls)
{
	unsigned long at;
	unsigned int i;

	for (at = 0; at <= top; at += step) {
		double y = 10 + HEIGHT - (double)at * HEIGHT / top;

		fprintf(to, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
			"<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%lu</text>\n",
			at ? "grid" : "axis", LEFT, LEFT + WIDTH, y, y, LEFT - 6, y + 4, at);
	}
	for (i = 0; i <= 4; i++)
		fprintf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%u</text>\n",
			LEFT + WIDTH / 4 * i, HEIGHT + BOTTOM + 4, calls * i / 4);
}

static void most(FILE *to, struct replay_run *const runs[2], unsigned int cache)
{
	fprintf(to, "<p>at the most %lu", highest(runs[0], cache));
	if (runs[1])
		fprintf(to, " " EAGER ", %lu " LAZY, highest(runs[1], cache));
	fprintf(to, "</p>\n");
}

static void picture(FILE *to, struct replay_run *const runs[2], unsigned int cache)
{
	const struct replay_run *run = runs[0];
	unsigned long top = highest(run, cache), step;
	const char *name;

	if (runs[1] && highest(runs[1], cache) > top)
		top = highest(runs[1], cache);
	step = step_for(top ?: 1);
	top = (top + step) / step * step;
	shim_replay_size(cache, &name);
	fprintf(to, "<h2>%s%s</h2>\n", name, strcmp(name, "page tables") ? "" : ", bytes");
	most(to, runs, cache);
	fprintf(to, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s in use\">\n",
		LEFT + WIDTH + 20, HEIGHT + BOTTOM + 14, name);
	axes(to, step, top, run->samples[run->nr_samples - 1].call);
	line(to, run, cache, top, "eager");
	if (runs[1])
		line(to, runs[1], cache, top, "lazy");
	fprintf(to, "</svg>\n");
}

static void escaped(FILE *to, const char *text)
{
	for (; *text; text++)
		fputs(*text == '<' ? "&lt;" : *text == '&' ? "&amp;" : (char []) { *text, 0 }, to);
}

/**
 * html_write() - write the page
 * @to: its file
 * @path: of the trace
 * @runs: eager, and lazy or NULL
 */
void html_write(const char *to, const char *path, struct replay_run *const runs[2])
{
	const char *name = strrchr(path, '/');
	FILE *page = fopen(to, "w");
	unsigned int i;

	if (!page)
		die("cannot write %s: %s", to, strerror(errno));
	name = name ? name + 1 : path;
	fprintf(page, "<!DOCTYPE html>\n<!-- SPDX-License-Identifier: GPL-2.0 -->\n"
		"<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
	escaped(page, name);
	fprintf(page, "</title><style>%s</style></head><body>\n<h1>", style);
	escaped(page, name);
	fprintf(page, "</h1>\n<p>Objects in use over the %u calls of the trace%s</p>\n", runs[0]->nr,
		runs[1] ? ": " EAGER " as a broad line, " LAZY " as a thin one." : ".");
	for (i = 0; i < REPLAY_CACHES; i++)
		picture(page, runs, i);
	fprintf(page, "</body></html>\n");
	if (ferror(page) || fclose(page))
		die("cannot write %s: %s", to, strerror(errno));
}

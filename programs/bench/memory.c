// SPDX-License-Identifier: GPL-2.0
/* vma_bench --memory: what our series saves and what it costs, eager beside lazy. */
#include <stdio.h>

#include <waist/bench_lazy.h>

#include "memory.h"
#include "stats.h"
#include "broken.h"
#include "util.h"

enum { EAGER, LAZY, MODES };

static const char *const load_names[LOADS] = {
	"boot: 200 processes", "fork server: 24 children", "allocator"
};

static const char *const time_names[TIMES] = {
	"first fault", "first fork", "later fork", "move", "16 walks",
	"16 searches"
};

/* Operations in a round of the fastest of them; so many take milliseconds */
static const unsigned long time_cycles[TIMES] = { 400, 12, 12, 200, 200, 200 };

static int broken;

static void must(int holds, const char *what, const char *where)
{
	if (holds)
		return;
	fprintf(stderr, "vma_bench: %s: %s\n", where, what);
	broken = 1;
}

static double percent(unsigned long lazy, unsigned long eager)
{
	return eager ? 100.0 * lazy / eager - 100 : 0;
}

static void check(const struct bench_objects o[MODES], const char *where)
{
	must(o[LAZY].anon_vmas == o[LAZY].spaces + o[LAZY].families,
	     "there are other anon_vmas than one a space and one a family that was upgraded", where);
	must(o[LAZY].chains == o[LAZY].inherited + o[LAZY].own,
	     "there are other chains than inherited, regular and moved ones", where);
	must(o[LAZY].vmas <= o[EAGER].vmas + o[EAGER].vmas / 100,
	     "there are more VMAs than in eager mode", where);
	must(o[LAZY].anon_vmas <= o[EAGER].anon_vmas && o[LAZY].chains <= o[EAGER].chains,
	     "there are more anon_vmas or chains than in eager mode", where);
}

static void count(enum bench_load load, int shape, const char *where,
		  struct bench_objects o[MODES])
{
	int lazy;

	for (lazy = EAGER; lazy < MODES; lazy++)
		if (shim_bench_load(load, shape, lazy, &o[lazy]))
			broken("the machine went wrong in the load %s", where);
	check(o, where);
}

static void print_row(const char *name, unsigned long eager, unsigned long lazy)
{
	printf("  %-18s %10lu %10lu %+8.1f%%\n", name, eager, lazy, percent(lazy, eager));
}

static void print_loads(void)
{
	struct bench_objects o[MODES];
	enum bench_load load;

	printf("%-20s %10s %10s %9s\n", "objects in use", "eager", "lazy", "change");
	for (load = 0; load < LOADS; load++) {
		count(load, -1, load_names[load], o);
		printf("%s\n", load_names[load]);
		print_row("vm_area_struct", o[EAGER].vmas, o[LAZY].vmas);
		print_row("anon_vma", o[EAGER].anon_vmas, o[LAZY].anon_vmas);
		print_row("anon_vma_chain", o[EAGER].chains, o[LAZY].chains);
		print_row("bytes of these", o[EAGER].bytes, o[LAZY].bytes);
		printf("  lazy: %lu spaces, %lu families upgraded, %lu links inherited, %lu own\n",
		       o[LAZY].spaces, o[LAZY].families, o[LAZY].inherited, o[LAZY].own);
		printf("  VMAs upgraded: %lu by fork, %lu by KSM, %lu by a merge\n",
		       o[LAZY].by_fork, o[LAZY].by_ksm, o[LAZY].by_merge);
	}
}

/* The same two loads with processes of one size each. */
static void print_sizes(void)
{
	struct bench_objects boot[MODES], server[MODES];
	const char *name;
	unsigned int nr, vmas;

	printf("\n%-20s %5s  %-28s  %-28s\n", "", "", "boot", "24 children");
	printf("%-20s %5s  %8s %9s %9s  %8s %9s %9s\n", "program", "VMAs", "anon_vma", "chains",
	       "bytes", "anon_vma", "chains", "bytes");
	for (nr = 0; (name = shim_bench_shape(nr, &vmas)); nr++) {
		count(LOAD_BOOT, nr, name, boot);
		count(LOAD_FORK_SERVER, nr, name, server);
		printf("%-20s %5u  %+7.1f%% %+8.1f%% %+8.1f%%  %+7.1f%% %+8.1f%% %+8.1f%%\n", name, vmas,
		       percent(boot[LAZY].anon_vmas, boot[EAGER].anon_vmas),
		       percent(boot[LAZY].chains, boot[EAGER].chains),
		       percent(boot[LAZY].bytes, boot[EAGER].bytes),
		       percent(server[LAZY].anon_vmas, server[EAGER].anon_vmas),
		       percent(server[LAZY].chains, server[EAGER].chains),
		       percent(server[LAZY].bytes, server[EAGER].bytes));
	}
	printf("%-20s %5s  %+7.1f%% %+8.1f%% %9s  %+7.1f%% %+8.1f%%\n", "the posted series", "?",
	       -97.0, -57.0, "", -92.0, -50.0);
}

/* Both modes in each round, in turns, so that what else the host does meets both. */
static void print_times(unsigned int rounds)
{
	static double ns[MODES][MAX_ROUNDS], ratios[MAX_ROUNDS];
	struct spread ratio, eager, lazy;
	enum bench_time what;
	unsigned int i;
	int mode;

	printf("\n%-12s  %-26s  %-26s  %s\n", "ns", "eager", "lazy", "lazy to eager");
	for (what = 0; what < TIMES; what++) {
		for (i = 0; i < rounds; i++) {
			for (mode = EAGER; mode < MODES; mode++) {
				unsigned int m = (mode + i) % MODES;

				ns[m][i] = shim_bench_time(what, m, time_cycles[what]);
				if (!ns[m][i])
					broken("the machine went wrong in %s", time_names[what]);
			}
			ratios[i] = ns[LAZY][i] / ns[EAGER][i];
		}
		ratio = spread_of(ratios, rounds);
		eager = spread_of(ns[EAGER], rounds);
		lazy = spread_of(ns[LAZY], rounds);
		printf("%-12s", time_names[what]);
		print_ns(eager);
		print_ns(lazy);
		printf("  %.2f (%.2f..%.2f)\n", ratio.median, ratio.least, ratio.most);
		if (what == TIME_FIRST_FORK)
			printf("%12s  %.0f ns more for each of %d mapped folios\n", "",
			       (lazy.median - eager.median) / BENCH_FORK_PAGES, BENCH_FORK_PAGES);
		fflush(stdout);
	}
}

/* The first fork with many VMAs must not take more than twice as long at any size. */
static void print_cuts(unsigned int rounds)
{
	static const int sizes[] = { 100, 500, 1500, 10000, 60000 };
	static double ms[MODES][MAX_ROUNDS], ratios[MAX_ROUNDS];
	struct spread ratio;
	unsigned int i, n, m, nr;

	printf("\nfirst fork of huge pages cut page by page, ms\n%8s  %10s  %10s  %s\n", "VMAs",
	       "eager", "lazy", "lazy to eager");
	for (n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++) {
		nr = sizes[n] > 1500 && rounds > 3 ? 3 : rounds;
		for (i = 0; i < nr; i++) {
			for (m = 0; m < MODES; m++) {
				int lazy = (m + i) % MODES;

				ms[lazy][i] = shim_bench_cut_fork(sizes[n], lazy) / 1e6;
				if (!ms[lazy][i])
					broken("the machine went wrong with %d VMAs", sizes[n]);
			}
			ratios[i] = ms[LAZY][i] / ms[EAGER][i];
		}
		ratio = spread_of(ratios, nr);
		printf("%8d  %10.2f  %10.2f  %.2f (%.2f..%.2f)\n", sizes[n],
		       spread_of(ms[EAGER], nr).median, spread_of(ms[LAZY], nr).median,
		       ratio.median, ratio.least, ratio.most);
		must(ratio.least <= 2, "a first fork takes more than twice as long", "huge pages");
		fflush(stdout);
	}
}

/**
 * memory_main() - count objects and time operations, eager beside lazy
 * @rounds: how often each time is taken
 *
 * Return: the exit code; 1 too if what must hold of the objects does not.
 */
int memory_main(unsigned int rounds)
{
	if (!shim_bench_has_lazy())
		die("--memory: the subject has no lazy mode; build it with LAZY=1");
	print_loads();
	print_sizes();
	print_times(rounds);
	print_cuts(rounds);
	return broken;
}

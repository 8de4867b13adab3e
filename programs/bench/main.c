// SPDX-License-Identifier: GPL-2.0
/*
 * vma_bench: the time that the machine takes for work that the host's kernel does by
 * system calls.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <shim/cases.h>

#include "broken.h"
#include "contention.h"
#include "cycles.h"
#include "helper.h"
#include "memory.h"
#include "options.h"

/* Run on one CPU with the helper, or the host's half would wait for another to wake up. */
static void stay_on_this_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu >= 0 && cpu < CPU_SETSIZE) {
		CPU_SET(cpu, &set);
		sched_setaffinity(0, sizeof(set), &set);	/* or it is noisier */
	}
}

/**
 * main() - measure
 * @argc: number of arguments
 * @argv: the arguments, see the --help text
 *
 * Return: the exit code, see the --help text.
 */
int main(int argc, char **argv)
{
	const struct shim_options shim = { .seed = 1, .mode = "" };
	struct options opt;

	options_parse(&opt, argc, argv);
	if (opt.host_side)
		return helper_main();
	if (opt.contention) {
		shim_boot(&shim);
		return contention_main(opt.rounds, opt.ticks);
	}
	stay_on_this_cpu();
	if (opt.memory) {
		shim_boot(&shim);
		return memory_main(opt.rounds);
	}
	cycles_main(&opt);
	if (ferror(stdout) || fflush(stdout))
		broken("cannot write to stdout: %s", strerror(errno));
	return 0;
}

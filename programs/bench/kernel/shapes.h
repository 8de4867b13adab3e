/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The VMAs of real programs, in order of address, recorded from /proc/PID/smaps of
 * Debian 12 on x86-64 before the series was measured:
 *
 *	a  anonymous, written to	u  anonymous, not written to
 *	n  no access (a guard)		s  shared
 *	d  private file, written to	f  private file, not written to
 *	t  program text			.  nothing is mapped
 */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

static const struct shape {
	const char *name, *vmas;
} shapes[] = {
	{ "static program", "ftfdda.a.a" },
	{ "sleep", "ftfdd.a.ffffffffaftfddafffsfa.ftfdd.a" },
	{ "bash", "ftfdda.a.ffffffffaftfddaftfddfffsfa.ftfdd.a" },
	{ "perl",
	  "ftfdda.a.ftfddftfddftfddffffffffaftfdduftfddaftfddfffsfa.ftfdd.a" },
	{ "python",
	  "ftfdd.a.a.ftfddftfddftfddftfddftfddftfddftfddftfddftfddftfddftfdd.ftfd"
	  "dftfddaftfddftfddaftfddafasa.ftfdd.a" },
	{ "python, 40 modules",
	  "ftfdd.a.ftfdda.ftfddftfddftfddftfdd.ftfddftfddaftfddaftfdda.ftfddftfdd"
	  "ftfddftfddftfddftfdd.ftfddftfddftfddftfddftfdd.ftfddftfddaftfddftfddft"
	  "fddftfddftfddftfddftfddftfddftfddftfddftfddftfddftfddftfddftfddftfddaf"
	  "tfddftfddaftfdda.ftfddftfddafasa.ftfdd.a" },
	{ "python, 60 threads",
	  "ftfdd.a.nanananananananananananananananananananananananananananananana"
	  "nanananananananananananananaanananananananan.nananananananaananananana"
	  "nananan.ananananananananaftfddaftfddaftfdda.aftfddftfddftfddftfddftfdd"
	  "ftfddftfddftfddftfddftfddftfddftfddaaftfddftfddftfddftfddftfddftfddftf"
	  "ddftfddftfddftfddftfddftfddftfddftfddftfddaftfddftfddaftfdda.ftfddafas"
	  "a.ftfdd.a" },
};

#endif /* BENCH_SHAPES_H */

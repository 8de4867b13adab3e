/* SPDX-License-Identifier: GPL-2.0 */
/* Cases, their modes and their failure sweep: the room mm_shim/kernel/cases. */
#ifndef SHIM_SUITE_H
#define SHIM_SUITE_H

#include <linux/types.h>

struct kunit;

/**
 * struct shim_test - a case as TEST() registers it: the linker collects them
 * @suite: name of its suite
 * @name: name of the case, unique in its suite
 * @run: its body
 * @file: source file
 * @line: line of the TEST()
 * @init: called before @run; nonzero fails the case
 * @exit: called after it
 * @race: its tasks race, see struct shim_search
 * @skip: why the case does not apply to this build, or NULL; such a case is not run
 * @not_lazy: reason why it is not run in lazy mode, or NULL
 * @instead: with @not_lazy: "suite.case" of the case that takes its place in lazy mode
 * @not_posted: reason why it is not run in the lazy mode of the posted series, or NULL
 */
struct shim_test {
	const char *suite;
	const char *name;
	void (*run)(struct kunit *test);
	const char *file;
	int line;
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	bool race;
	const char *skip;
	const char *not_lazy;
	const char *instead;
	const char *not_posted;
};

/* suite.c */
int shim_finish_case(struct kunit *test);

/* mm_shim/kernel/cases/known_bugs.c */
const char *shim_known_bug(const char *suite, const char *name);

/* sweep.c */
void shim_sweep_finish(struct kunit *test) __noreturn;

/* the run-time switch of our series (lazy.c) */
void shim_set_lazy(bool on);
bool shim_lazy(void);
unsigned long shim_vm_events(const char *name);

#endif /* SHIM_SUITE_H */

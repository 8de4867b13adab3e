/* SPDX-License-Identifier: GPL-2.0 */
/* All that the kernel side of the machine offers to the tests: the header of each room. */
#ifndef SHIM_MACHINE_H
#define SHIM_MACHINE_H

#include <shim/files.h>
#include <shim/memory.h>
#include <shim/race.h>
#include <shim/report.h>
#include <shim/sched.h>
#include <shim/subject.h>
#include <shim/suite.h>
#include <shim/tasks.h>

#endif /* SHIM_MACHINE_H */

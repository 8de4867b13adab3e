/* SPDX-License-Identifier: GPL-2.0 */
/* Text, warnings and lockdep's reports: the room mm_shim/kernel/report. */
#ifndef SHIM_REPORT_H
#define SHIM_REPORT_H

#include <linux/compiler.h>
#include <linux/types.h>

/* report.c */
void shim_print_info(bool on);
unsigned int shim_warnings(void);
unsigned int shim_failures(void);
unsigned int shim_expect_warnings(bool on);
const char *shim_expected_report(void);
void shim_reason(const char *fmt, ...) __printf(1, 2);

/* lockdep.c */
bool shim_locks_check(void);

#endif /* SHIM_REPORT_H */

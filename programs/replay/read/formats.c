// SPDX-License-Identifier: GPL-2.0
/* Which format a file is of, by its first lines. */
#include <string.h>

#include "klog.h"
#include "maps.h"
#include "perf.h"
#include "reader.h"
#include "strace.h"
#include "syz.h"

#define LOOK	2000	/* lines: a mail has others before those of its format */

static const struct format *const formats[] = {
	&maps_format, &core_format, &perf_trace_format, &perf_script_format, &syz_format, &strace_format,
	&klog_format,
};

/**
 * format_of() - find the format of a trace
 * @in: its lines; it is rewound
 *
 * A file that is of none is refused with the list, which ends the program.
 */
const struct format *format_of(struct trace_input *in)
{
	const struct format *perhaps = NULL;
	unsigned int i, n;
	char *line;
	int is;

	for (n = 0; n < LOOK && (line = input_line(in)); n++) {
		for (i = 0; i < ARRAY_SIZE(formats); i++) {
			is = formats[i]->is(line);
			if (is == 2) {
				input_rewind(in);
				return formats[i];
			}
			if (is && !perhaps)
				perhaps = formats[i];
		}
	}
	if (perhaps) {
		input_rewind(in);
		return perhaps;
	}
	input_rewind(in);
	line = input_line(in);
	if (!line)
		die("%s: it is empty", input_path(in));
	input_damaged(in, "of no format that is known: strace, perf trace, perf script of raw_syscalls, syzkaller program, maps, smaps, eu-readelf -ln of a core file, kernel log",
		      line);
}

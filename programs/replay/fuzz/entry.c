// SPDX-License-Identifier: GPL-2.0
/* The readers of traces for libFuzzer: no file may crash them. scripts/fuzz-readers builds it. */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../read/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static jmp_buf refused;

/* In the programs it prints a line and ends them; what is in use then is lost here. */
void fatal(int status, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	longjmp(refused, status);
}

static void read_all(const char *path)
{
	struct reader *r = reader_open(&path, 1);
	const struct facts *facts = reader_facts(r);
	struct replay_call call;
	unsigned int nr = 0;

	while (reader_next(r, &call)) {
		nr++;
		if (call.proc >= facts->nr_procs || call.child >= facts->nr_procs ||
		    call.file >= (int)facts->nr_files)
			__builtin_trap();
	}
	/* the second reading gives what the first one has counted */
	if (nr != facts->nr)
		__builtin_trap();
	reader_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("trace", MFD_CLOEXEC);
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd >= 0 && write(fd, data, size) == (ssize_t)size && !setjmp(refused))
		read_all(path);
	close(fd);
	return 0;
}

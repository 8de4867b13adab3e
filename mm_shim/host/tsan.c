// SPDX-License-Identifier: GPL-2.0
/*
 * ThreadSanitizer's view of the kernel's memory accesses. Built without instrumentation;
 * other variants use nothing of it.
 */
#include <shim/host.h>

#include "place.h"

/* of READ_ONCE() and WRITE_ONCE(), see tools/include/asm/rwonce.h */
int shim_load_order = __ATOMIC_ACQUIRE;
int shim_store_order = __ATOMIC_RELEASE;
/* set by an smp_wmb() of this thread until its next WRITE_ONCE() */
__thread int shim_fenced;
/* the word of the last READ_ONCE() of this thread, for smp_acquire__after_ctrl_dep() */
__thread const volatile void *shim_seen;

/**
 * host_tsan_strict() - let READ_ONCE() and WRITE_ONCE() order nothing from now on
 *
 * The exceptions are in tools/include/asm/rwonce.h and asm/barrier.h.
 *
 * Context: before the first case.
 * Return: 1 in a build with TSan, else 0: there it makes no difference.
 */
int host_tsan_strict(void)
{
	shim_load_order = __ATOMIC_RELAXED;
	shim_store_order = __ATOMIC_RELAXED;
#ifdef SHIM_TSAN
	return 1;
#else
	return 0;
#endif
}

#ifdef SHIM_TSAN
#include <string.h>

int __tsan_get_report_data(void *report, const char **description, int *count,
			   int *stack_count, int *mop_count, int *loc_count,
			   int *mutex_count, int *thread_count, int *unique_tid_count,
			   void **sleep_trace, unsigned long trace_size);
int __tsan_get_report_mop(void *report, unsigned long idx, int *tid, void **addr,
			  int *size, int *write, int *atomic, void **trace,
			  unsigned long trace_size);
void __sanitizer_symbolize_pc(void *pc, const char *fmt, char *buf, unsigned long size);

/*
 * A volatile access is one that the kernel has marked (test_bit() and the like).
 * The compiler announces it here and then makes it without telling TSan, so it
 * is told of an atomic access that orders nothing.
 */
#define VOLATILE(bytes, bits, type)						\
	type __tsan_atomic##bits##_load(const volatile void *from, int order);	\
	type __tsan_atomic##bits##_fetch_or(volatile void *to, type val, int order); \
	void __tsan_volatile_read##bytes(void *from);				\
	void __tsan_volatile_write##bytes(void *to);				\
	void __tsan_volatile_read##bytes(void *from)				\
	{									\
		__tsan_atomic##bits##_load(from, __ATOMIC_RELAXED);		\
	}									\
	void __tsan_volatile_write##bytes(void *to)				\
	{									\
		__tsan_atomic##bits##_fetch_or(to, 0, __ATOMIC_RELAXED);	\
	}

VOLATILE(1, 8, unsigned char)
VOLATILE(2, 16, unsigned short)
VOLATILE(4, 32, unsigned int)
VOLATILE(8, 64, unsigned long)

/* tsan.supp is part of the program, so that it runs from everywhere */
extern const char tsan_pairs[];
__asm__(".section .rodata\n"
	"tsan_pairs:\n"
	"	.incbin \"" SHIM_TSAN_SUPP "\"\n"
	"	.byte 0\n"
	".previous\n");

#define NAMES	1024

static const char *name_of(const char *symbol)
{
	static const char runtimes_own[] = "__interceptor_";
	unsigned long len = strlen(runtimes_own);

	return strncmp(symbol, runtimes_own, len) ? symbol : symbol + len;
}

static int is_of_runtime(const char *name)
{
	return !strcmp(name, "memcpy") || !strcmp(name, "memmove") || !strcmp(name, "memset");
}

/*
 * Finds the functions of an access: the one that it is in, and those that this is inlined
 * in. Where one compiler copies or clears memory in place, the other calls memcpy() and its
 * like: then the caller of that is one of the functions, too.
 */
static int names_of(void *report, unsigned long access, char *names)
{
	int thread, size, write, atomic, len;
	void *addr, *pc[2] = {};

	__tsan_get_report_mop(report, access, &thread, &addr, &size, &write, &atomic, pc, 2);
	if (!pc[0])
		return 0;
	memset(names, 0, NAMES);
	/* several strings, one after the other */
	__sanitizer_symbolize_pc(pc[0], "%f", names, NAMES / 2);
	if (!pc[1] || !is_of_runtime(name_of(names)))
		return 1;
	len = strlen(names) + 1;
	__sanitizer_symbolize_pc(pc[1], "%f", names + len, NAMES - len - 1);
	return 1;
}

static int has_name(const char *names, const char *name, unsigned long len)
{
	if (len == 1 && *name == '*')
		return 1;
	for (; *names; names += strlen(names) + 1)
		if (strlen(name_of(names)) == len && !memcmp(name_of(names), name, len))
			return 1;
	return 0;
}

/* True for a line "one / other" or "one / *" that names both accesses, in either order. */
static int line_is_of(const char *line, const char *names, const char *others)
{
	unsigned long len = strcspn(line, "\n"), first = strcspn(line, " \n");
	const char *second = line + first + strlen(" / ");

	if (line[0] == '#' || first + strlen(" / ") >= len || line[first + 1] != '/')
		return 0;
	len -= second - line;
	return (has_name(names, line, first) && has_name(others, second, len)) ||
	       (has_name(others, line, first) && has_name(names, second, len));
}

static int is_meant(void *report)
{
	static char names[NAMES], others[NAMES];	/* reports come one at a time */
	const char *line;

	if (!names_of(report, 0, names) || !names_of(report, 1, others))
		return 0;
	for (line = tsan_pairs; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (line_is_of(line, names, others))
			return 1;
	return 0;
}

/*
 * TSan's own suppressions look for a function in any frame of both stacks. That
 * hides too much: a plain read of vma->anon_vma is intended, an unordered store of
 * it is not, and the stacks of both go through the same functions. So a line of
 * tsan.supp names the functions of both accesses. This overrides a weak C++ function of
 * the runtime, which is called before a report is printed and counted.
 */
int shim_tsan_report(void *report, int suppressed) __asm__("_ZN6__tsan8OnReportEPKNS_10ReportDescEb");

/**
 * shim_tsan_report() - decide if a report is dropped
 * @report: handle of the report, for functions of the runtime
 * @suppressed: nonzero if the runtime drops it anyway
 *
 * Context: called by the runtime in the thread of the later access, one report at a time.
 * Return: nonzero if the report is dropped.
 */
int shim_tsan_report(void *report, int suppressed)
{
	int mops = 0, ignored;
	const char *what;
	void *sleep[1];

	__tsan_get_report_data(report, &what, &ignored, &ignored, &mops, &ignored, &ignored,
			       &ignored, &ignored, sleep, 1);
	suppressed |= mops == 2 && is_meant(report);
	if (!suppressed)
		host_note_place();
	return suppressed;
}

#endif /* SHIM_TSAN */

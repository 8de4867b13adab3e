// SPDX-License-Identifier: GPL-2.0
/*
 * Defaults of the sanitizers' options, which ASAN_OPTIONS and the like in the
 * environment override. The runtimes call these functions very early, before
 * they are able to handle instrumented code. Without a sanitizer nobody calls
 * them.
 */
#include <shim/host.h>

#include "result.h"

#define STR(x)		#x
#define EXPAND_STR(x)	STR(x)
#define EXITCODE	"exitcode=" EXPAND_STR(EXIT_SANITIZER)

#define COMMON		EXITCODE ":abort_on_error=0:print_summary=1:symbolize=1:" \
			"handle_segv=1:allocator_may_return_null=1"

#define TSAN_REPORTS	":halt_on_error=0:second_deadlock_stack=1:report_signal_unsafe=0" \
			":print_suppressions=0:history_size=6"

#define HOOK	__attribute__((no_sanitize("address", "undefined", "thread"), \
			       used, visibility("default")))

const char *__asan_default_options(void);
const char *__tsan_default_options(void);
const char *__ubsan_default_options(void);

/**
 * __asan_default_options() - defaults for AddressSanitizer
 *
 * Leaks are not looked for: a case ends with its process, and the kernel code
 * has no reason to free all it has before that. mm_shim/host/objects.c fills what it
 * allocates itself, and its stacks are as deep as those of pages.
 *
 * Return: the options.
 */
HOOK const char *__asan_default_options(void)
{
	return COMMON ":halt_on_error=1:detect_leaks=0:detect_stack_use_after_return=0"
		":max_malloc_fill_size=0:malloc_context_size=" EXPAND_STR(HOST_FRAMES);
}

/**
 * __tsan_default_options() - defaults for ThreadSanitizer
 *
 * Both stacks of a race are needed, also that of an access long ago:
 * mm_shim/host/tsan.c looks at them. It goes on after a report, to find all
 * races, and exits with its code at the end. By default it would then wait a second for threads that are left.
 *
 * Return: the options.
 */
HOOK const char *__tsan_default_options(void)
{
	return COMMON TSAN_REPORTS ":atexit_sleep_ms=0";
}

/**
 * __ubsan_default_options() - defaults for UndefinedBehaviorSanitizer
 *
 * Return: the options.
 */
HOOK const char *__ubsan_default_options(void)
{
	return COMMON ":halt_on_error=1:print_stacktrace=1";
}

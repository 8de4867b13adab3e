// SPDX-License-Identifier: GPL-2.0
/*
 * For AddressSanitizer, which calls it before it handles instrumented code:
 * the machine does not free its memory at the end.
 */
const char *__asan_default_options(void);

__attribute__((no_sanitize("address", "undefined"), used, visibility("default")))
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

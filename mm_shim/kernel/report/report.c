// SPDX-License-Identifier: GPL-2.0
/*
 * printk() goes to the case's log. A WARN fails the case and a BUG ends it, both with the
 * source line as the reason and the stack in the log.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/kern_levels.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <shim/host.h>
#include <shim/report.h>

static unsigned int nr_warnings, nr_expected, nr_failures;
static bool expecting;
static bool drops_info;

static char first_expected[128];

/*
 * lockdep and the checks of memory print their reports themselves, in a line that
 * begins so; any of them fails the case, as a WARN does.
 */
static bool is_complaint(const char *text)
{
	return strstarts(text, "WARNING: ") || strstarts(text, "BUG: ") ||
	       strstarts(text, "[ BUG: ") || strstarts(text, "INFO: trying to register");
}

/* Counts a report; true if the case expects it. */
static bool complain(const char *text)
{
	if (!expecting) {
		__atomic_fetch_add(&nr_warnings, 1, __ATOMIC_RELAXED);
		return false;
	}
	if (!nr_expected++)
		strscpy(first_expected, text, sizeof(first_expected));
	return true;
}

/* Gives a text as the reason: in one line, with one blank between words. */
static void give_reason(const char *at)
{
	char reason[256], *to = reason;

	for (; *at && to < reason + sizeof(reason) - 1; at++) {
		bool space = *at == '\n' || *at == ' ';

		if (!space)
			*to++ = *at;
		else if (to > reason && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > reason && to[-1] == ' ')
		to--;
	*to = 0;
	host_reason(reason);
}

/*
 * Names the lock that the running task asks for and those that it holds. While lockdep
 * reports a wrong order, the former stands behind the latter in held_locks, and is not
 * counted yet.
 */
static void name_locks(char *text, int size)
{
#ifdef CONFIG_LOCKDEP
	const struct held_lock *held = current->held_locks;
	int i = current->lockdep_depth, len;

	if (i == MAX_LOCK_DEPTH || !held[i].instance)
		return;
	len = scnprintf(text, size, ": %s under", held[i].instance->name);
	while (i--)
		len += scnprintf(text + len, size - len, " %s", held[i].instance->name);
#endif
}

/* The first line of a report; lockdep's of a wrong order has no names of locks. */
static void give_complaint(const char *text)
{
	char line[256], locks[160] = "";

	if (strstarts(text, "WARNING: possible "))
		name_locks(locks, sizeof(locks));
	scnprintf(line, sizeof(line), "%.*s%s", (int)(strchrnul(text, '\n') - text), text, locks);
	give_reason(line);
}

/* Finds the lines of the kernel and of KUnit that are a case's reason. */
static void look_for_reason(const char *text)
{
	const char *at = strstr(text, "EXPECTATION FAILED") ?: strstr(text, "ASSERTION FAILED");
	const char *skip = strstr(text, "# SKIP ");

	if (at)
		__atomic_fetch_add(&nr_failures, 1, __ATOMIC_RELAXED);
	else if (skip)
		at = skip + strlen("# SKIP ");
	if (at)
		give_reason(at);
	else if (is_complaint(text) && !complain(text))
		give_complaint(text);
}

/* Only KERN_CONT continues the line of the call before. */
int vprintk(const char *fmt, va_list args)
{
	static bool line_open;
	bool go_on = false, info = false;
	char text[1024];
	const char *start = text;
	int len = vscnprintf(text, sizeof(text) - 1, fmt, args);

	while (start[0] == KERN_SOH_ASCII && start[1]) {
		go_on |= start[1] == 'c';
		info |= start[1] == '6';
		start += 2;
		len -= 2;
	}
	if (info && READ_ONCE(drops_info))
		return len;
	if (xchg(&line_open, len && start[len - 1] != '\n') && !go_on)
		host_log("\n", 1);
	look_for_reason(start);
	host_log(start, len);
	return len;
}

int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

int _printk_deferred(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

int __printk_ratelimit(const char *func)
{
	return 1;
}

/**
 * shim_print_info() - print or drop lines of level KERN_INFO
 * @on: print them, as at first
 */
void shim_print_info(bool on)
{
	WRITE_ONCE(drops_info, !on);
}

/**
 * shim_reason() - say why the case failed or was skipped
 * @fmt: one line without a newline, of at most 255 bytes
 *
 * The first reason of a case is shown with its result; all are logged.
 */
void shim_reason(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	host_reason(text);
	pr_err("%s\n", text);
}

/**
 * shim_warnings() - count of the WARNs and reports so far
 *
 * Return: those of this process that the case did not expect.
 */
unsigned int shim_warnings(void)
{
	return READ_ONCE(nr_warnings);
}

/**
 * shim_failures() - count of the expectations of KUnit that failed so far
 *
 * kunit_skip() makes KUnit forget that one failed before it.
 *
 * Return: those of this process.
 */
unsigned int shim_failures(void)
{
	return READ_ONCE(nr_failures);
}

/**
 * shim_expect_warnings() - let a WARN not fail the case, or fail it again
 * @on: true if the case expects WARNs and reports from here on
 *
 * For tests of the kernel's own assertions, which are logged all the same.
 *
 * Return: number of expected ones since the last call.
 */
unsigned int shim_expect_warnings(bool on)
{
	expecting = on;
	return xchg(&nr_expected, 0);
}

/**
 * shim_expected_report() - the first line of the first report that was expected
 *
 * Return: the line, empty if there was none.
 */
const char *shim_expected_report(void)
{
	return first_expected;
}

void warn_slowpath_fmt(const char *file, int line, unsigned int taint, const char *fmt, ...)
{
	char text[200] = "";
	unsigned long offset;
	const char *func = host_symbol(__builtin_return_address(0), &offset);
	va_list args;
	int len;

	if (fmt) {
		va_start(args, fmt);
		len = vscnprintf(text, sizeof(text), fmt, args);
		va_end(args);
		while (len && text[len - 1] == '\n')
			text[--len] = 0;
	}
	if (expecting) {
		complain(text);
		pr_info("expected WARNING: %s:%d at %s\n", file, line, func ?: "?");
		return;
	}
	__atomic_fetch_add(&nr_warnings, 1, __ATOMIC_RELAXED);
	shim_reason("WARNING: %s:%d at %s%s%s", file, line, func ?: "?",
		    text[0] ? ": " : "", text);
	host_print_stack();
}

void __warn_printk(const char *fmt, ...)
{
	host_die("__warn_printk() is for architectures with a trap for WARN");
}

void __noreturn shim_bug(const char *file, int line, const char *func)
{
	char text[200];

	scnprintf(text, sizeof(text), "kernel BUG at %s:%d in %s()", file, line, func);
	host_die(text);
}

void panic(const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	host_die(text);
}

void dump_stack(void)
{
	host_print_stack();
}

void dump_stack_lvl(const char *lvl)
{
	host_print_stack();
}

void add_taint(unsigned int flag, enum lockdep_ok lockdep_ok)
{
}


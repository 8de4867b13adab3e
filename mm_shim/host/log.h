/* SPDX-License-Identifier: GPL-2.0 */
/* The target of the machine's text, for programs; the kernel side has shim/host.h. */
#ifndef HOST_LOG_H
#define HOST_LOG_H

/**
 * struct log_sink - a program's own way to take text and reasons
 * @text: takes a piece of text and its length in bytes; or NULL
 * @reason: takes one line, without a newline; or NULL
 *
 * They are called in signal handlers too, and by any thread.
 */
struct log_sink {
	void (*text)(const char *text, unsigned long len);
	void (*reason)(const char *text);
};

void log_set_sink(const struct log_sink *to);
void log_to(int fd);

#endif /* HOST_LOG_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks by frame pointers, and names of functions from the symbol table of the
 * binary: fast enough for every allocation, and the same in each variant.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include <shim/host.h>

#include "place.h"

static struct {
	const Elf64_Sym *syms;
	unsigned long nr;
	const char *strings;
	uintptr_t base;
} table;

static __thread uintptr_t stack_end;

static int first_object(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(uintptr_t *)base = info->dlpi_addr;
	return 1;
}

static void load_table(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const Elf64_Ehdr *eh;
	const Elf64_Shdr *sh;
	struct stat st;
	char *map;
	int i;

	if (fd < 0 || fstat(fd, &st))
		return;
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	eh = (void *)map;
	sh = (void *)(map + eh->e_shoff);
	for (i = 0; i < eh->e_shnum; i++) {
		if (sh[i].sh_type != SHT_SYMTAB)
			continue;
		table.syms = (void *)(map + sh[i].sh_offset);
		table.nr = sh[i].sh_size / sizeof(Elf64_Sym);
		table.strings = map + sh[sh[i].sh_link].sh_offset;
	}
	dl_iterate_phdr(first_object, &table.base);
}

/**
 * host_load_symbols() - map the symbol table of the binary
 *
 * Does nothing when it is mapped already. Call it before host_symbol() is used where no file
 * can be mapped, such as in a sanitizer's report.
 *
 * Context: any thread.
 */
void host_load_symbols(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_table);
}

/**
 * host_symbol() - find the function that contains an address
 * @addr: an address in the binary's code
 * @offset: set to the distance from the function's start in bytes
 *
 * Context: any thread; allocates nothing after host_load_symbols().
 * Return: its name, or NULL if @addr is in no function of the binary.
 */
const char *host_symbol(const void *addr, unsigned long *offset)
{
	uintptr_t at;
	unsigned long i;

	host_load_symbols();
	at = (uintptr_t)addr - table.base;
	for (i = 0; i < table.nr; i++) {
		const Elf64_Sym *s = &table.syms[i];

		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC ||
		    at < s->st_value || at >= s->st_value + s->st_size)
			continue;
		*offset = at - s->st_value;
		return table.strings + s->st_name;
	}
	return NULL;
}

static int is_part(const char *name, const char *of)
{
	unsigned long len = strlen(of);

	return !strncmp(name, of, len) && (!name[len] || !strcmp(name + len, ".cold"));
}

/**
 * host_code_of() - find the code of a function
 * @fn: the function
 * @parts: filled in: compilers put code that seldom runs apart, as fn.cold
 * @most: room in @parts
 *
 * Context: as host_symbol().
 * Return: number of parts.
 */
unsigned int host_code_of(const void *fn, struct host_code *parts, unsigned int most)
{
	unsigned long offset, i;
	const char *name = host_symbol(fn, &offset);
	unsigned int nr = 0;

	for (i = 0; name && i < table.nr && nr < most; i++) {
		const Elf64_Sym *s = &table.syms[i];

		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || !is_part(table.strings + s->st_name, name))
			continue;
		parts[nr].start = table.base + s->st_value;
		parts[nr++].end = table.base + s->st_value + s->st_size;
	}
	return nr;
}

/**
 * host_link_address() - convert an address of code to that in the symbol table
 * @addr: its address in this process
 *
 * Context: after host_load_symbols() or host_symbol().
 * Return: the address, which does not depend on where the binary was loaded.
 */
unsigned long host_link_address(const void *addr)
{
	return (uintptr_t)addr - table.base;
}

static uintptr_t find_stack_end(void)
{
	pthread_attr_t attr;
	size_t size = 0;
	void *base = NULL;

	if (!pthread_getattr_np(pthread_self(), &attr)) {
		pthread_attr_getstack(&attr, &base, &size);
		pthread_attr_destroy(&attr);
	}
	return (uintptr_t)base + size;
}

#define RAW __attribute__((noinline, no_sanitize("address", "thread", "undefined")))

static RAW int is_on_stack(const uintptr_t *at)
{
	return !((uintptr_t)at & 7) && (uintptr_t)(at + 2) <= stack_end;
}

static RAW unsigned int follow(const uintptr_t *fp, void **frames, unsigned int most)
{
	const uintptr_t *next;
	unsigned int nr = 0;

	while (nr < most) {
		if (!is_on_stack(fp) || !fp[1])
			break;
		frames[nr++] = (void *)fp[1];
		next = (uintptr_t *)fp[0];
		if (next <= fp)
			break;
		fp = next;
	}
	return nr;
}

/**
 * host_backtrace() - get the return addresses of the callers
 * @frames: filled from the innermost outwards
 * @most: room in @frames
 *
 * Context: any thread; allocates nothing once the thread has called it.
 * Return: number of frames.
 */
RAW unsigned int host_backtrace(void **frames, unsigned int most)
{
	if (!stack_end)
		stack_end = find_stack_end();
	return follow(__builtin_frame_address(0), frames, most);
}

extern const char __executable_start[], etext[];

static RAW int is_ours(uintptr_t code)
{
	return code >= (uintptr_t)__executable_start && code < (uintptr_t)etext;
}

/* True for the frame pointer of a caller, followed by an address in its code. */
static RAW int is_pair(const uintptr_t *at)
{
	return is_on_stack(at) && at[0] > (uintptr_t)at && is_ours(at[1]);
}

/* One such pair may be a saved register beside a return address; two are a frame. */
static RAW int is_frame(const uintptr_t *at)
{
	return is_pair(at) && is_pair((uintptr_t *)at[0]);
}

/**
 * host_context_backtrace() - get the stack of this thread where a signal interrupted it
 * @context: third argument of the signal's handler
 * @frames: filled from the innermost outwards, as return addresses
 * @most: room in @frames
 *
 * Libraries have no frame pointers. If the signal came in one, the stack is searched for the
 * innermost frame of our code, and for a return address below it: the call of the library,
 * or one that an earlier call has left there.
 *
 * Context: the handler of the signal.
 * Return: number of frames.
 */
RAW unsigned int host_context_backtrace(const void *context, void **frames, unsigned int most)
{
	const mcontext_t *regs = &((const ucontext_t *)context)->uc_mcontext;
	const uintptr_t *fp, *sp, *at;
	unsigned int nr = 1;

	if (!stack_end)
		stack_end = find_stack_end();
#if defined(__x86_64__)
	frames[0] = (char *)regs->gregs[REG_RIP] + 1;
	sp = (uintptr_t *)regs->gregs[REG_RSP];
	fp = (uintptr_t *)regs->gregs[REG_RBP];
#elif defined(__aarch64__)
	frames[0] = (char *)regs->pc + 4;
	sp = (uintptr_t *)regs->sp;
	fp = (uintptr_t *)regs->regs[29];
#else
	(void)regs;
	return host_backtrace(frames, most);
#endif
	if (fp < sp || !is_frame(fp))
		for (fp = sp; is_on_stack(fp) && !is_frame(fp); fp++)
			;
	for (at = sp; !is_ours((uintptr_t)frames[0]) && at < fp; at++)
		if (is_ours(*at)) {
			frames[nr++] = (void *)*at;
			break;
		}
	return nr + follow(fp, frames + nr, most - nr);
}

/**
 * host_print_frames() - log a stack, one line for each function, as the kernel does
 * @frames: return addresses
 * @nr: number of @frames
 *
 * The address of the call in the symbol table is printed after each name: from it
 * programs/common/source.c finds the line of the source.
 *
 * Context: any thread, signal handlers too; see host_load_symbols() and host_log().
 */
void host_print_frames(void *const *frames, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned long offset = 0;
		/* one back: the call, not what follows it */
		const char *name = host_symbol((char *)frames[i] - 1, &offset);
		char line[200];
		int len;

		if (!name)
			continue;
		len = snprintf(line, sizeof(line), "    %s+0x%lx <0x%lx>\n", name, offset,
			       host_link_address((char *)frames[i] - 1));
		host_log(line, len < (int)sizeof(line) ? len : (int)sizeof(line) - 1);
	}
}

/**
 * host_print_stack() - log the stack of the caller
 *
 * Context: as host_print_frames().
 */
__attribute__((noinline)) void host_print_stack(void)
{
	void *frames[32];

	/* but for this function */
	host_print_frames(frames + 1, host_backtrace(frames, 32) - 1);
}

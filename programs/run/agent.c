// SPDX-License-Identifier: GPL-2.0
/*
 * The agent: a process in the address space of a guest that makes system calls there, which
 * change the host's page tables. It has a page of code and a mailbox of two pages, at fixed
 * addresses of the guest, and no stack.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <shim/host.h>

#include "guest.h"
#include "util.h"

#define SLOTS		8192
#define MBOX_OPS	63
#define MBOX_STRUCTS	128

/* offsets of its first members are in the code below */
struct op {
	long nr;
	unsigned long arg[6];
	long ret;
};

struct mbox {
	uint32_t asked, done, nr, pad[13];
	struct op op[MBOX_OPS];
	struct uffdio_register what[MBOX_STRUCTS];
};

_Static_assert(sizeof(struct mbox) == 2 * PAGE, "a mailbox has two pages");

int arena_fd = -1;
static unsigned long arena_size;
static struct mbox *mboxes;
static int next_slot;

/*
 * At 0 a call for the supervisor, who makes the guest do it by ptrace; at 16 the call that makes
 * the agent, and at 32 the agent. At 2048 a call that the filter does not let pass.
 */
__asm__(
"	.pushsection .rodata\n"
"	.balign 16\n"
"agent_code:\n"
"	syscall\n"
"	int3\n"
"	.balign 16\n"
"	syscall\n"
"	test %eax, %eax\n"
"	jz agent_main\n"
"	int3\n"
"	.balign 16\n"
"agent_main:\n"
"	mov $0x11000, %ebx\n"
"	mov $109, %eax\n"		/* setpgid(0, 0): away from the signals of a terminal */
"	xor %edi, %edi\n"
"	xor %esi, %esi\n"
"	syscall\n"
"	xor %r12d, %r12d\n"
"agent_wait:\n"
"	mov (%rbx), %eax\n"
"	cmp %r12d, %eax\n"
"	jne agent_serve\n"
"	mov %rbx, %rdi\n"
"	xor %esi, %esi\n"		/* FUTEX_WAIT */
"	mov %r12d, %edx\n"
"	xor %r10d, %r10d\n"
"	mov $202, %eax\n"
"	syscall\n"
"	jmp agent_wait\n"
"agent_serve:\n"
"	mov %eax, %r12d\n"
"	mov 8(%rbx), %r13d\n"
"	lea 64(%rbx), %r14\n"
"agent_op:\n"
"	test %r13d, %r13d\n"
"	jz agent_done\n"
"	mov (%r14), %rax\n"
"	mov 8(%r14), %rdi\n"
"	mov 16(%r14), %rsi\n"
"	mov 24(%r14), %rdx\n"
"	mov 32(%r14), %r10\n"
"	mov 40(%r14), %r8\n"
"	mov 48(%r14), %r9\n"
"	syscall\n"
"	mov %rax, 56(%r14)\n"
"	add $64, %r14\n"
"	dec %r13d\n"
"	jmp agent_op\n"
"agent_done:\n"
"	mov %r12d, 4(%rbx)\n"
"	lea 4(%rbx), %rdi\n"
"	mov $1, %esi\n"			/* FUTEX_WAKE */
"	mov $0x7fffffff, %edx\n"
"	mov $202, %eax\n"
"	syscall\n"
"	jmp agent_wait\n"
"agent_code_end:\n"
"	.popsection\n");

extern const char agent_code[], agent_code_end[];

/**
 * agent_code_offset() - where the code of agents is in the arena's file
 */
unsigned long agent_code_offset(void)
{
	return arena_size;
}

/**
 * agent_slot_offset() - where a mailbox is in the arena's file
 * @slot: its number
 */
unsigned long agent_slot_offset(int slot)
{
	return arena_size + PAGE + slot * sizeof(struct mbox);
}

/**
 * agent_prepare() - put code and mailboxes behind the machine's memory
 * @arena_bytes: size of that
 */
void agent_prepare(unsigned long arena_bytes)
{
	unsigned long size = PAGE + SLOTS * sizeof(struct mbox);
	char *code;

	arena_size = arena_bytes;
	if (ftruncate(arena_fd, arena_size + size))
		die("environment: no room for the agents");
	code = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, arena_fd, arena_size);
	if (code == MAP_FAILED)
		die("environment: no room for the agents");
	memcpy(code, agent_code, agent_code_end - agent_code);
	memcpy(code + (AGENT_ASK - AGENT_CODE), "\x0f\x05\xcc", 3);
	mboxes = (struct mbox *)(code + PAGE);
}

/**
 * agent_slot() - give a guest a mailbox
 * @g: the guest
 *
 * They are used in turn, as a dying agent may steal a wake from the next owner.
 *
 * Return: its number.
 */
int agent_slot(struct guest *g)
{
	g->slot = __atomic_fetch_add(&next_slot, 1, __ATOMIC_RELAXED) % SLOTS;
	g->mbox = &mboxes[g->slot];
	memset(g->mbox, 0, sizeof(*g->mbox));
	return g->slot;
}

static long futex(uint32_t *at, int what, uint32_t value, const struct timespec *most)
{
	return syscall(SYS_futex, at, what, value, most, NULL, 0);
}

/**
 * agent_full() - is there no room for what one page needs?
 * @g: the guest, with its TLB locked
 */
bool agent_full(const struct guest *g)
{
	return g->batch + 12 > MBOX_OPS || g->structs + 6 > MBOX_STRUCTS;
}

/**
 * agent_add() - have the agent make a call
 * @g: the guest, with its TLB locked
 * @nr: its number
 * @a: first argument, and so on
 */
void agent_add(struct guest *g, long nr, unsigned long a, unsigned long b, unsigned long c,
	       unsigned long d, unsigned long e, unsigned long f)
{
	g->mbox->op[g->batch++] = (struct op) { nr, { a, b, c, d, e, f }, 0 };
}

/* Put an argument into the mailbox; returns its address for the agent. */
static unsigned long add_struct(struct guest *g, const void *what, size_t size)
{
	unsigned int nr = g->structs++;

	memcpy(&g->mbox->what[nr], what, size);
	return AGENT_MBOX + __builtin_offsetof(struct mbox, what) + nr * sizeof(g->mbox->what[0]);
}

/**
 * agent_register() - have the agent register a range for faults
 * @g: the guest, with its TLB locked
 * @start: first address
 * @len: bytes
 * @shared: pages of the arena are mapped there
 */
void agent_register(struct guest *g, unsigned long start, unsigned long len, bool shared)
{
	const struct uffdio_register r = {
		.range = { start, len },
		.mode = UFFDIO_REGISTER_MODE_MISSING |
			(shared ? UFFDIO_REGISTER_MODE_WP | UFFDIO_REGISTER_MODE_MINOR : 0),
	};

	agent_add(g, SYS_ioctl, g->agent_uffd, UFFDIO_REGISTER, add_struct(g, &r, sizeof(r)), 0, 0, 0);
}

/**
 * agent_protect() - have the agent protect a range from writes, which then ask
 * @g: the guest, with its TLB locked
 * @start: first address
 * @len: bytes
 */
void agent_protect(struct guest *g, unsigned long start, unsigned long len)
{
	const struct uffdio_writeprotect wp = { { start, len }, UFFDIO_WRITEPROTECT_MODE_WP };

	agent_add(g, SYS_ioctl, g->agent_uffd, UFFDIO_WRITEPROTECT, add_struct(g, &wp, sizeof(wp)), 0, 0, 0);
}

#define ANSWER_TRIES	100	/* of a fifth of a second */

/**
 * agent_run() - have the agent make the calls that were added
 * @g: the guest, with its TLB locked
 *
 * Return: whether each has succeeded.
 */
bool agent_run(struct guest *g)
{
	const struct timespec most = { .tv_nsec = 200000000 };
	struct mbox *m = g->mbox;
	unsigned int i, nr = g->batch;
	uint32_t want = m->asked + 1, done;
	int tries = 0;
	bool ok = true;

	g->batch = g->structs = 0;
	if (!nr || g->lost)
		return !g->lost;
	m->nr = nr;
	__atomic_store_n(&m->asked, want, __ATOMIC_SEQ_CST);
	futex(&m->asked, FUTEX_WAKE, 0x7fffffff, NULL);
	while ((done = __atomic_load_n(&m->done, __ATOMIC_ACQUIRE)) != want) {
		if (!futex(&m->done, FUTEX_WAIT, done, &most) || errno != ETIMEDOUT)
			continue;
		if (guest_alive(g) && ++tries < ANSWER_TRIES)
			continue;
		if (tries == ANSWER_TRIES) {
			say("a guest is ended, as its agent does not answer");
			guest_kill(g);
		}
		g->lost = true;
		return false;
	}
	for (i = 0; i < nr; i++)
		if (m->op[i].ret < 0 && m->op[i].ret > -4096) {
			if (opt.verbose)
				say("agent: call %ld(%lx, %lx, %lx) = %ld", m->op[i].nr, m->op[i].arg[0],
				    m->op[i].arg[1], m->op[i].arg[2], m->op[i].ret);
			ok = false;
		}
	return ok;
}

/**
 * agent_begin() - a new agent closes what it has of the guest's descriptors
 * @g: the guest
 *
 * It keeps the arena and its own end of userfaultfd.
 */
void agent_begin(struct guest *g)
{
	unsigned int a = g->agent_memfd, b = g->agent_uffd;

	if (a > b) {
		a = g->agent_uffd;
		b = g->agent_memfd;
	}
	pthread_mutex_lock(&g->tlb);
	if (a)
		agent_add(g, SYS_close_range, 0, a - 1, 0, 0, 0, 0);
	if (b > a + 1)
		agent_add(g, SYS_close_range, a + 1, b - 1, 0, 0, 0, 0);
	agent_add(g, SYS_close_range, b + 1, ~0u, 0, 0, 0, 0);
	agent_run(g);
	pthread_mutex_unlock(&g->tlb);
}

/**
 * agent_end() - let the agent of a guest go
 * @g: the guest, which has no user any more
 */
void agent_end(struct guest *g)
{
	struct mbox *m = g->mbox;

	pthread_mutex_lock(&g->tlb);
	g->lost = true;
	if (m) {
		m->op[0] = (struct op) { .nr = SYS_exit };
		m->nr = 1;
		__atomic_add_fetch(&m->asked, 1, __ATOMIC_SEQ_CST);
		futex(&m->asked, FUTEX_WAKE, 0x7fffffff, NULL);
	}
	pthread_mutex_unlock(&g->tlb);
}

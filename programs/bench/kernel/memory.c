// SPDX-License-Identifier: GPL-2.0
/* Loads of vma_bench --memory, made of the shapes of real programs. */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/prandom.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/syscalls.h>

#include "internal.h"
#include "memory.h"
#include "shapes.h"

#include <shim/inside.h>
#include <waist/bench_lazy.h>

#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)
#define MAX_SPACES	256
#define FILE_PAGES	1024

enum { SHAPE_SLEEP = 1, SHAPE_BASH, SHAPE_PERL, SHAPE_PYTHON, SHAPE_MODULES, SHAPE_THREADS };

static struct mm_struct *spaces[MAX_SPACES];
static int nr_spaces;
static struct file *file;

int shim_bench_has_lazy(void)
{
	return IS_ENABLED(CONFIG_ANON_VMA_LAZY);
}

const char *shim_bench_shape(unsigned int nr, unsigned int *vmas)
{
	const char *c;

	if (nr >= ARRAY_SIZE(shapes))
		return NULL;
	*vmas = 0;
	for (c = shapes[nr].vmas; *c; c++)
		*vmas += *c != '.';
	return shapes[nr].name;
}

int bench_check(const char *what, long ret)
{
	if (!IS_ERR_VALUE(ret))
		return 0;
	shim_reason("%s failed with %ld", what, ret);
	return -1;
}

int bench_write(struct mm_struct *mm, unsigned long addr)
{
	return bench_check("a write", shim_user_write(mm, addr, "x", 1));
}

struct mm_struct *bench_space(void)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return NULL;
	shim_task_size(mm) = TASK_SIZE;
	arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	return mm;
}

/* One VMA of a shape; two anonymous ones that touch are not to become one. */
static int map_one(struct mm_struct *mm, unsigned long addr, char c, int nr)
{
	const int prot = c == 'n' ? PROT_NONE : c == 't' ? PROT_READ | PROT_EXEC :
			 c == 'f' ? PROT_READ : nr % 2 ? RW : RW | PROT_EXEC;
	const bool anon = c == 'a' || c == 'u' || c == 'n';
	const int flags = MAP_FIXED | (c == 's' ? MAP_SHARED : MAP_PRIVATE) |
			  (anon ? MAP_ANONYMOUS : 0);

	/* every other page of the file, so that these do not become one either */
	return bench_check("mmap", vm_mmap_pgoff(anon ? NULL : file, addr, PAGE_SIZE, prot, flags,
						 2 * nr)) ?:
	       c == 'a' || c == 'd' ? bench_write(mm, addr) : 0;
}

/* Maps a shape into the current space and writes to what the program wrote to. */
static int map_shape(struct mm_struct *mm, unsigned long addr, const struct shape *shape)
{
	const char *c;
	int nr = 0, err = 0;

	shim_use_mm(mm);
	for (c = shape->vmas; *c && !err; c++, addr += PAGE_SIZE)
		if (*c != '.')
			err = map_one(mm, addr, *c, nr++);
	return err;
}

/* A process that runs the program of a shape, and nothing else. */
static struct mm_struct *exec_shape(const struct shape *shape)
{
	struct mm_struct *mm = bench_space();

	if (!mm || nr_spaces == MAX_SPACES)
		return NULL;
	spaces[nr_spaces++] = mm;
	return map_shape(mm, BENCH_PLACE, shape) ? NULL : mm;
}

/* Writes to each @nth of the pages that a space could write to. */
static int write_some(struct mm_struct *mm, int nth, int most)
{
	struct vm_area_struct *vma;
	int nr = 0, err = 0;

	VMA_ITERATOR(vmi, mm, 0);

	for_each_vma(vmi, vma) {
		if (!(shim_vm_flags(vma) & VM_WRITE) || !shim_anon_vma(vma) || nr++ % nth)
			continue;
		err = bench_write(mm, shim_vm_start(vma));
		if (err || nr / nth >= most)
			break;
	}
	return err;
}

static struct mm_struct *fork_space(struct mm_struct *parent)
{
	struct mm_struct *child = shim_dup_mm(current, parent);

	if (child && nr_spaces < MAX_SPACES)
		spaces[nr_spaces++] = child;
	return child;
}

/* The processes of a machine that has come up: most were forked to exec. */
static int load_boot(int shape)
{
	static const int programs[] = { SHAPE_SLEEP, SHAPE_BASH, SHAPE_SLEEP, SHAPE_PERL, SHAPE_PYTHON };
	struct mm_struct *shell = exec_shape(&shapes[SHAPE_BASH]), *mm;
	int i, err = shell ? 0 : -1;

	for (i = 0; i < 200 && !err; i++) {
		mm = fork_space(shell);
		err = mm ? write_some(mm, 1, 4) : -1;
		if (err || i % 10 == 0)
			continue;
		mmput(mm);
		nr_spaces--;
		if (!exec_shape(&shapes[shape < 0 ? programs[i % ARRAY_SIZE(programs)] : shape]))
			err = -1;
	}
	return err;
}

static int load_fork_server(int shape)
{
	const struct shape *program = &shapes[shape < 0 ? SHAPE_MODULES : shape];
	struct mm_struct *server = exec_shape(program), *mm;
	int i, err = server ? 0 : -1;

	for (i = 0; i < 24 && !err; i++) {
		mm = fork_space(server);
		err = mm ? write_some(mm, 3, INT_MAX) ?: map_shape(mm, 2 * BENCH_PLACE, program) : -1;
	}
	return err;
}

/* malloc() and free() of large blocks, realloc(), guards, and what is written. */
static int load_allocator(int shape)
{
	struct mm_struct *mm = exec_shape(&shapes[shape < 0 ? SHAPE_THREADS : shape]);
	struct rnd_state rnd;
	unsigned long addr, i;

	if (!mm)
		return -1;
	prandom_seed_state(&rnd, 1);
	for (i = 0; i < 4000; i++) {
		addr = 3 * BENCH_PLACE + prandom_u32_state(&rnd) % 512 * 4 * PAGE_SIZE;
		switch (prandom_u32_state(&rnd) % 6) {
		case 0 ... 2:
			if (bench_check("mmap", vm_mmap_pgoff(NULL, addr, 4 * PAGE_SIZE, RW,
							      ANON | MAP_FIXED, 0)) ||
			    bench_write(mm, addr))
				return -1;
			break;
		case 3:
			sys_munmap(addr, 4 * PAGE_SIZE);
			break;
		case 4:
			sys_mprotect(addr + PAGE_SIZE, PAGE_SIZE, PROT_NONE);
			break;
		default:
			sys_mremap(addr, 2 * PAGE_SIZE, 2 * PAGE_SIZE,
				   MREMAP_MAYMOVE | MREMAP_FIXED, addr + (1UL << 30));
		}
	}
	return 0;
}

static void count_vma(struct vm_area_struct *vma, struct bench_objects *o)
{
	struct anon_vma_chain *avc;

	list_for_each_entry(avc, &shim_anon_vma_chain(vma), same_vma)
		if (avc->anon_vma == shim_anon_vma(vma))
			o->own++;
		else
			o->inherited++;
}

static bool shared_by_its_mm(struct anon_vma *anon_vma)
{
#if defined(CONFIG_ANON_VMA_LAZY) && !defined(CONFIG_VMA_REF)
	return shim_lazy_mm(anon_vma);
#else
	return false;
#endif
}

/* The anon_vmas of one space that are not shared, each once: VMAs of one are close. */
static void count_space(struct mm_struct *mm, struct bench_objects *o)
{
	struct anon_vma *seen[512];
	struct vm_area_struct *vma;
	bool faulted = false;
	int i, nr = 0;

	VMA_ITERATOR(vmi, mm, 0);

	for_each_vma(vmi, vma) {
		count_vma(vma, o);
		faulted |= !!shim_anon_vma(vma);
		if (!shim_anon_vma(vma) || shared_by_its_mm(shim_anon_vma(vma)))
			continue;
		for (i = 0; i < nr && seen[i] != shim_anon_vma(vma); i++)
			;
		if (i == nr && nr < ARRAY_SIZE(seen))
			seen[nr++] = shim_anon_vma(vma);
	}
	o->families += nr;
	o->spaces += faulted;
}

static void end_all(void)
{
	shim_use_mm(NULL);
	while (nr_spaces)
		mmput(spaces[--nr_spaces]);
	shim_quiesce();
}

/* The counts of events go on from boot: once to take a load's start off, once to add its end. */
static void count_upgrades(struct bench_objects *o, int sign)
{
	o->by_fork += sign * shim_vm_events("anon_vma_upgrade_fork");
	o->by_ksm += sign * shim_vm_events("anon_vma_upgrade_ksm");
	o->by_merge += sign * shim_vm_events("anon_vma_upgrade_merge");
}

int shim_bench_load(enum bench_load load, int shape, int lazy, struct bench_objects *objects)
{
	static int (*const loads[LOADS])(int) = { load_boot, load_fork_server, load_allocator };
	unsigned long vmas, anon_vmas, chains;
	struct bench_objects o = {};
	int i, err;

	shim_quiesce();
	vmas = shim_slab_objects("vm_area_struct");
	anon_vmas = shim_slab_objects("anon_vma");
	chains = shim_slab_objects("anon_vma_chain");
	file = shim_file_create(FILE_PAGES);
	shim_set_lazy(lazy);
	count_upgrades(&o, -1);
	err = loads[load](shape);
	count_upgrades(&o, 1);
	shim_quiesce();
	o.vmas = shim_slab_objects("vm_area_struct") - vmas;
	o.anon_vmas = shim_slab_objects("anon_vma") - anon_vmas;
	o.chains = shim_slab_objects("anon_vma_chain") - chains;
	o.bytes = o.vmas * sizeof(struct vm_area_struct) + o.anon_vmas * sizeof(struct anon_vma) +
		  o.chains * sizeof(struct anon_vma_chain);
	for (i = 0; i < nr_spaces; i++)
		count_space(spaces[i], &o);
	end_all();
	shim_file_put(file);
	*objects = o;
	return err ?: shim_warnings() ? -1 : 0;
}

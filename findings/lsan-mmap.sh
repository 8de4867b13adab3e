#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   LeakSanitizer looks for pointers in all memory that the program can reach, so
#          an object whose address stands in a page of mmap() is no leak.
# Really:  it looks in globals, stacks, registers and in other heap objects. The page
#          itself, though a global points to it, is not searched; the object is
#          "definitely" lost until __lsan_register_root_region() names the page.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12 (LeakSanitizer within ASan).
# Matters: a shim's physical memory is one mapping, and page tables, struct pages and
#          per-CPU areas in it point to objects of the heap: each is reported, or leak
#          detection is off and the true ones are not seen.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 libclang-rt-14-dev=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >arena.c <<'EOF'
#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static void **page;

static __attribute__((noinline)) void keep(void)
{
	page[1] = malloc(100);
}

/* Overwrites what keep() has left on the stack. */
static __attribute__((noinline)) void forget(void)
{
	volatile char used[4096];

	for (size_t i = 0; i < sizeof(used); i++)
		used[i] = 0;
}

int main(int argc, char **argv)
{
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (argc > 1)
		__lsan_register_root_region(page, 4096);
	keep();
	forget();
	return !argv;
}
EOF
for cc in gcc-12 clang-14; do
	"$cc" -fsanitize=address -o arena arena.c || exit 2
	for way in 'no root' root; do
		arguments=()
		[ "$way" != root ] || arguments=(root)
		./arena ${arguments[@]+"${arguments[@]}"} 2>log
		if grep -q 'LeakSanitizer has encountered a fatal error' log; then
			cat log >&2
			exit 2
		fi
		leaked=$(grep -oE '[0-9]* byte\(s\) leaked' log)
		echo "$cc, $way: ${leaked:-none leaked}"
	done
done >seen

cat >expected <<'EOF'
gcc-12, no root: 100 byte(s) leaked
gcc-12, root: none leaked
clang-14, no root: 100 byte(s) leaked
clang-14, root: none leaked
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   memory that was poisoned by hand and unmapped is clean when mmap() gives the
#          address out again; and mremap() takes the poison along with the contents.
# Really:  the poison belongs to the address. It outlives munmap(), and the new mapping
#          is poisoned from the start; mremap() leaves it where the memory was, and the
#          contents arrive unprotected.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12.
# Matters: a shim that poisons free pages of an arena and maps arenas anew for each case
#          gets reports in the next one, at an address that was used rightly; after
#          mremap() it misses what it poisoned.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 libclang-rt-14-dev=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >poison.c <<'EOF'
#define _GNU_SOURCE
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <sys/mman.h>

#define LEN 8192

static const char *state(void *p)
{
	return __asan_region_is_poisoned(p, LEN) ? "poisoned" : "clean";
}

static void *map(void *where, int flags)
{
	return mmap(where, LEN, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

int main(void)
{
	void *p = map(NULL, 0), *q = map(NULL, 0), *target = map(NULL, 0);

	printf("fresh: %s\n", state(p));
	ASAN_POISON_MEMORY_REGION(p, LEN);
	munmap(p, LEN);
	if (map(p, MAP_FIXED) != p)
		return 2;
	printf("mapped anew: %s\n", state(p));

	ASAN_POISON_MEMORY_REGION(q, LEN);
	if (mremap(q, LEN, LEN, MREMAP_MAYMOVE | MREMAP_FIXED, target) != target)
		return 2;
	printf("moved: from %s", state(q));
	printf(" to %s\n", state(target));
	return 0;
}
EOF
for cc in gcc-12 clang-14; do
	"$cc" -fsanitize=address -o poison poison.c || exit 2
	echo "$cc:"
	./poison || exit 2
done >seen

cat >expected <<'EOF'
gcc-12:
fresh: clean
mapped anew: poisoned
moved: from poisoned to clean
clang-14:
fresh: clean
mapped anew: poisoned
moved: from poisoned to clean
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   memcheck knows what madvise(MADV_DONTNEED) does to private anonymous memory:
#          the page reads as zeros afterwards, which is defined.
# Really:  the call changes nothing in memcheck's books. A page that was undefined stays
#          so, and a branch on the zeros is an error; one that was made inaccessible
#          stays inaccessible.
# With:    valgrind 3.19 of Debian 12.
# Matters: allocators and tests that count on the zeros get false errors, which look
#          like a kernel that hands out old contents.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	valgrind=1:3.19.0-1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v gcc >/dev/null || { echo 'needs gcc' >&2; exit 2; }

cat >zeros.c <<'EOF'
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <valgrind/memcheck.h>

static void *fresh(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void look(const char *when, char *p)
{
	unsigned char bits = 0;

	if (VALGRIND_GET_VBITS(p, &bits, 1) == 3)
		printf("%s: inaccessible\n", when);
	else
		printf("%s: %s\n", when, bits ? "undefined" : "defined");
}

int main(void)
{
	char *p = fresh(), *q = fresh();

	look("fresh", p);
	VALGRIND_MAKE_MEM_UNDEFINED(p, 4096);
	VALGRIND_MAKE_MEM_NOACCESS(q, 4096);
	if (madvise(p, 4096, MADV_DONTNEED) || madvise(q, 4096, MADV_DONTNEED))
		return 2;
	look("undefined, MADV_DONTNEED", p);
	look("inaccessible, MADV_DONTNEED", q);
	VALGRIND_MAKE_MEM_DEFINED(p, 1);
	VALGRIND_MAKE_MEM_DEFINED(q, 1);
	printf("contents: %d %d\n", *p, *q);
	return 0;
}
EOF
gcc -static -I usr/include -o zeros zeros.c || exit 2

export VALGRIND_LIB=$dir/usr/libexec/valgrind
usr/bin/valgrind.bin --version || exit 2
usr/bin/valgrind.bin -q ./zeros >seen 2>log

cat >expected <<'EOF'
fresh: defined
undefined, MADV_DONTNEED: undefined
inaccessible, MADV_DONTNEED: inaccessible
contents: 0 0
EOF
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

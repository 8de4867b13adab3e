#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   mmap(MAP_FIXED_NOREPLACE) on an address in use fails with EEXIST, under an
#          emulator too: the flag is passed on to a kernel that knows it.
# Really:  qemu-user and valgrind both take the flag out. The call succeeds and gives
#          memory at another address.
# With:    qemu-user-static 7.2 and valgrind 3.19 (--tool=none) of Debian 12.
# Matters: a test that finds out whether a range is free by asking for EEXIST finds
#          every range free, and whoever does not compare the address that comes back
#          goes on to use memory of somebody else.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download valgrind=1:3.19.0-1 \
	qemu-user-static=1:7.2+dfsg-7+deb12u18+b3 &&
	dpkg-deb -x valgrind_*.deb . && dpkg-deb -x qemu-user-static_*.deb .; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v gcc >/dev/null || { echo 'needs gcc' >&2; exit 2; }

cat >claim.c <<'EOF'
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int main(void)
{
	int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p = mmap(NULL, 4096, prot, flags, -1, 0);
	char *q = mmap(p, 4096, prot, flags | MAP_FIXED_NOREPLACE, -1, 0);

	if (q == MAP_FAILED)
		puts(strerror(errno));
	else
		puts(q == p ? "the same address" : "another address");
	return 0;
}
EOF
gcc -static -o claim claim.c || exit 2

cat >expected <<'EOF'
qemu: another address
valgrind: another address
EOF

usr/bin/qemu-x86_64-static --version | head -n 1
export VALGRIND_LIB=$dir/usr/libexec/valgrind
usr/bin/valgrind.bin --version
echo "neither: $(./claim)"
{
	echo "qemu: $(usr/bin/qemu-x86_64-static ./claim)"
	echo "valgrind: $(usr/bin/valgrind.bin -q --tool=none ./claim)"
} >seen
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

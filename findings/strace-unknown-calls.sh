#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   strace -e trace=%memory, or trace=none, shows the calls of that set and no
#          others.
# Really:  a call whose number this strace does not know passes every filter, none too,
#          and is shown as syscall_0x2bc(...).
# With:    strace 6.1 of Debian 12, which is older than mseal() and cachestat(); the
#          script uses number 700, which no kernel has.
# Matters: a reader of traces of memory calls meets lines it has no name for, from
#          programs that are newer than the strace, and must not take them for memory
#          calls or for damage; a count of lines does not count what was asked for.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	strace=6.1-0.1 \
	libunwind8=1.6.2-3 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v gcc >/dev/null || { echo 'needs gcc' >&2; exit 2; }

cat >calls.c <<'EOF'
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	munmap((void *)4096, 4096);
	getppid();
	syscall(700, 1, 2, 3, 4, 5, 6);
	return 0;
}
EOF
gcc -static -o calls calls.c || exit 2

LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
usr/bin/strace -o all ./calls || exit 2
for set in none %memory %network munmap; do
	usr/bin/strace -qq -o trace -e "trace=$set" ./calls
	echo "$set: $(grep -oE '^(munmap|getppid|syscall_0x2bc)' trace | paste -sd ' ')"
done >seen

cat >expected <<'EOF'
none: syscall_0x2bc
%memory: munmap syscall_0x2bc
%network: syscall_0x2bc
munmap: munmap syscall_0x2bc
EOF

usr/bin/strace -V | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

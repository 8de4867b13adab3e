#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   perf trace shows each system call, as strace does; where it knows no name, of a
#          call or of a flag, it writes the number.
# Really:  a call that its table does not have is not written at all, and bits of mmap()'s
#          flags that it has no name for are left out: a mapping of the kind MAP_DROPPABLE is
#          "flags:|ANONYMOUS", and MAP_HUGE_2MB is gone. So are arguments that are 0.
# With:    perf 6.1.176 of Debian 12. It needs the right to use tracepoints.
# Matters: who replays or counts the memory calls of a perf trace misses mseal() without a
#          sign, maps something of another kind, and later calls fail for no visible reason.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download linux-perf=6.1.176-1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v gcc >/dev/null || { echo 'needs gcc' >&2; exit 2; }

cat >calls.c <<'EOF'
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	char *p = mmap(NULL, 0x1000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	syscall(462, p, 0x1000, 0);			/* mseal() */
	mmap(NULL, 0x3000, PROT_READ, 8 | MAP_ANONYMOUS, -1, 0);
	mmap(NULL, 0x200000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1, 0);
	return munmap(p, 0x1000) && 0;
}
EOF
gcc -static -O2 -o calls calls.c || exit 2
perf=$(find usr/bin -name 'perf*' -type f | grep -E 'perf(_[0-9.]+)?$' | head -n 1)
"$perf" trace -o trace ./calls 2>err || { cat err >&2; exit 2; }
sed -E 's/^.*\): [^ ]*\/[0-9]+ //; s/ *=.*//' trace |
	grep -E '^(munmap|mseal|syscall)|len: (4096|12288|2097152)' | sed -E 's/0x[0-9a-f]+/ADDRESS/' >seen

cat >expected <<'EOF'
mmap(len: 4096, prot: READ, flags: PRIVATE|ANONYMOUS)
mmap(len: 12288, prot: READ, flags:|ANONYMOUS)
mmap(len: 2097152, prot: READ, flags: PRIVATE|ANONYMOUS|HUGETLB)
munmap(addr: ADDRESS, len: 4096)
EOF

"$perf" --version
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

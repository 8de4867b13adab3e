#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   mremap(MREMAP_DONTUNMAP) under user-mode emulation fails where it is not
#          known, or leaves an empty mapping at the old address as the kernel does.
# Really:  it moves the pages and succeeds, but then half of the emulator believes that
#          the source is gone: loads and stores there work, while a system call that is
#          handed the address fails with EFAULT and /proc/self/maps does not list it.
# With:    qemu-user-static 7.2 of Debian 12, an x86-64 program on x86-64.
# Matters: a test of what DONTUNMAP leaves behind gives other results by the way in
#          which it looks, and a range that is in use is missing from maps.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	qemu-user-static=1:7.2+dfsg-7+deb12u18+b3 &&
	dpkg-deb -x qemu-user-static_*.deb .; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v gcc >/dev/null || { echo 'needs gcc' >&2; exit 2; }

cat >move.c <<'EOF'
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int listed(char *p)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[512];
	int found = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2)
			found |= (unsigned long)p >= start && (unsigned long)p < end;
	return found;
}

int main(void)
{
	size_t len = 4 * 4096;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd[2];
	char *q;

	memset(p, 7, len);
	q = mremap(p, len, len, MREMAP_MAYMOVE | 4 /* MREMAP_DONTUNMAP */, 0);
	if (q == MAP_FAILED || pipe(fd)) {
		perror("mremap");
		return 1;
	}
	printf("target reads %d\n", q[0]);
	printf("source in maps: %s\n", listed(p) ? "yes" : "no");
	printf("write() from the source: %s\n",
	       write(fd[1], p, 1) == 1 ? "1" : strerror(errno));
	printf("source reads %d\n", p[0]);
	p[0] = 1;
	printf("source reads %d after a store\n", p[0]);
	return 0;
}
EOF
gcc -static -o move move.c || exit 2

cat >expected <<'EOF'
target reads 7
source in maps: no
write() from the source: Bad address
source reads 0
source reads 1 after a store
EOF

usr/bin/qemu-x86_64-static --version | head -n 1
echo '-- without qemu:'
./move
echo '-- under qemu:'
usr/bin/qemu-x86_64-static ./move >seen
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

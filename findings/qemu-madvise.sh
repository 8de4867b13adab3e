#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   madvise() under user-mode emulation fails with EINVAL for an advice that
#          does not exist, and an advice that is accepted is also carried out.
# Really:  every number gives 0, and besides MADV_DONTNEED hardly one does anything:
#          after MADV_DONTFORK the child still has the page, after MADV_WIPEONFORK it
#          reads what the parent wrote.
# With:    qemu-user-static 7.2 of Debian 12, an x86-64 program on x86-64.
# Matters: a test that asks by errno whether an advice is known (guard pages,
#          populate, collapse) is told "yes" and then tests nothing; in a cross-built
#          suite that reads as a failure of the kernel.
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

cat >advice.c <<'EOF'
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char *advised(const char *name, int advice)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*p = 'P';
	printf("%s: %s\n", name,
	       madvise(p, 4096, advice) ? strerror(errno) : "0");
	fflush(stdout);
	return p;
}

/* What a child finds there; the kernel says EFAULT where nothing is mapped. */
static void in_child(char *p)
{
	int fd[2];

	if (pipe(fd))
		return;
	if (!fork()) {
		if (write(fd[1], p, 1) != 1)
			puts("  child has no page");
		else
			puts(*p ? "  child reads the parent's" : "  child reads 0");
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

int main(void)
{
	advised("MADV 9999", 9999);
	in_child(advised("MADV_DONTFORK", MADV_DONTFORK));
	in_child(advised("MADV_WIPEONFORK", MADV_WIPEONFORK));
	return 0;
}
EOF
gcc -static -o advice advice.c || exit 2

cat >expected <<'EOF'
MADV 9999: 0
MADV_DONTFORK: 0
  child reads the parent's
MADV_WIPEONFORK: 0
  child reads the parent's
EOF

usr/bin/qemu-x86_64-static --version | head -n 1
echo '-- without qemu:'
./advice
echo '-- under qemu:'
usr/bin/qemu-x86_64-static ./advice >seen
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

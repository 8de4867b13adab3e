#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   strace -e trace=%memory shows whatever changes an address space or tells of
#          one.
# Really:  process_madvise(), process_mrelease(), userfaultfd(), memfd_create() and
#          memfd_secret(), pkey_alloc() and process_vm_readv() are not in the set,
#          while shmat() and the calls of NUMA policies are.
# With:    strace 6.1 of Debian 12, x86-64.
# Matters: a trace that was recorded with %memory and is run again lacks what another
#          process did to the memory, and the files behind MAP_SHARED.
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

# Each is given arguments that make it fail, or do nothing.
cat >calls.c <<'EOF'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	syscall(SYS_madvise, 4096, 0, 0);
	syscall(SYS_get_mempolicy, 0, 0, 0, 0, -1);
	syscall(SYS_shmat, -1, 0, 0);
	syscall(SYS_process_madvise, -1, 0, 0, 0, 0);
	syscall(448 /* process_mrelease */, -1, 0);
	syscall(SYS_userfaultfd, -1);
	syscall(SYS_memfd_create, 0, -1);
	syscall(447 /* memfd_secret */, -1);
	syscall(SYS_pkey_alloc, -1, 0);
	syscall(SYS_process_vm_readv, -1, 0, 0, 0, 0, 0);
	return 0;
}
EOF
gcc -static -o calls calls.c || exit 2

names='madvise|get_mempolicy|shmat|process_m[a-z]*|userfaultfd|memfd_[a-z]*|pkey_alloc'
names+='|process_vm_readv'
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
usr/bin/strace -qq -o all ./calls || exit 2
usr/bin/strace -qq -o memory -e trace=%memory ./calls
grep -oE "^($names)" all | while read -r name; do
	left=': left out'
	! grep -q "^$name(" memory || left=
	echo "$name$left"
done >seen

cat >expected <<'EOF'
madvise
get_mempolicy
shmat
process_madvise: left out
process_mrelease: left out
userfaultfd: left out
memfd_create: left out
memfd_secret: left out
pkey_alloc: left out
process_vm_readv: left out
EOF

usr/bin/strace -V | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   pahole shows each member of a struct, or fails.
# Really:  a member of an _Atomic type is replaced by "<ERROR(...): 0 not found!>", its
#          bytes are missing from the sum of the members, and the exit code is 0. The
#          complaint about the DWARF tag goes to standard error.
# With:    pahole 1.24 of Debian 12, DWARF 5 of gcc 12.2.
# Matters: layouts are compared between a kernel and a shim that has C11 atomics in
#          place of atomic_t; sizes agree, and the member is not there.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 binutils=2.40-2; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done
{ apt-get -qq -o APT::Sandbox::User=root download \
	pahole=1.24-4.1 \
	libdw1=0.188-2.1 \
	libelf1=0.188-2.1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >page.c <<'EOF'
struct page {
	unsigned long flags;
	_Atomic int refcount;
	int order;
} page;
EOF
gcc-12 -g -c page.c || exit 2

LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
usr/bin/pahole --version || exit 2
gcc-12 --version | head -n 1
usr/bin/pahole -C page page.o >layout 2>err
echo "exit $?" >seen
grep -oE 'flags;|refcount|order;|<ERROR|BRAIN FART ALERT' layout >>seen
cat layout

cat >expected <<'EOF'
exit 0
flags;
<ERROR
order;
BRAIN FART ALERT
EOF
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

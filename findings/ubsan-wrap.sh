#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   -fsanitize=signed-integer-overflow, named on the command line, reports each
#          overflow; -fno-strict-overflow only says what the code does afterwards.
# Really:  with -fno-strict-overflow (or -fwrapv) no signed overflow and no shift into
#          the sign is reported, and neither compiler says that the two do not go
#          together. A shift by too much still is, so UBSan looks as if it worked.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12.
# Matters: the kernel is compiled with -fno-strict-overflow. A shim that takes over the
#          kernel's flags has an UBSan that is blind to overflow of lengths and offsets.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 libclang-rt-14-dev=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >wrap.c <<'EOF'
#include <limits.h>

volatile int one = 1, bits = 31, too_many = 32, out;

int main(void)
{
	out = INT_MAX + one;
	out = one << bits;
	out = one << too_many;
	return 0;
}
EOF
for cc in gcc-12 clang-14; do
	for flag in -O1 -fno-strict-overflow; do
		"$cc" -Wall -Wextra -fsanitize=signed-integer-overflow,shift "$flag" \
			-o wrap wrap.c 2>&1 || exit 2
		./wrap 2>log
		echo "$cc $flag:"
		grep -oE 'signed integer overflow|left shift of 1 by 31|exponent 32' log
	done
done >seen

cat >expected <<'EOF'
gcc-12 -O1:
signed integer overflow
left shift of 1 by 31
exponent 32
gcc-12 -fno-strict-overflow:
exponent 32
clang-14 -O1:
signed integer overflow
left shift of 1 by 31
exponent 32
clang-14 -fno-strict-overflow:
exponent 32
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

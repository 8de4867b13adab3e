#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   variables of one type in a section of their own lie side by side, so that
#          the linker's __start_ and __stop_ bound an array of them.
# Really:  so it is with clang. gcc aligns a struct of 16 bytes or more to 16, and of 32
#          or more to 32, whatever its type needs, and at -O0 too: three elements of 56
#          bytes take 184. Elements of 16 or 32 bytes fit, so the array works until the
#          struct grows. An alignment on the variable closes the holes.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12, x86-64.
# Matters: test cases are commonly collected this way. The day that a case gets one
#          more field, the second case read is garbage, with one compiler only.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 binutils=2.40-2; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >array.c <<'EOF'
#include <stdio.h>

struct item { long field[LONGS]; };
#define ITEM(n) \
	static struct item n __attribute__((used, section("items") ALIGN)) = { { 1 } }
ITEM(one);
ITEM(two);
ITEM(three);
extern char __start_items[], __stop_items[];

int main(void)
{
	printf("3 of %zu bytes take %ld\n", sizeof(struct item),
	       (long)(__stop_items - __start_items));
	return 0;
}
EOF
for cc in gcc-12 clang-14; do
	for flags in '-O2 -DLONGS=2 -DALIGN=' '-O0 -DLONGS=7 -DALIGN=' \
		'-O2 -DLONGS=7 -DALIGN=' '-O2 -DLONGS=7 -DALIGN=,aligned(8)'; do
		# shellcheck disable=SC2086 # they are words
		"$cc" $flags -o array array.c || exit 2
		echo "$cc $flags: $(./array)"
	done
done >seen

cat >expected <<'EOF'
gcc-12 -O2 -DLONGS=2 -DALIGN=: 3 of 16 bytes take 48
gcc-12 -O0 -DLONGS=7 -DALIGN=: 3 of 56 bytes take 184
gcc-12 -O2 -DLONGS=7 -DALIGN=: 3 of 56 bytes take 184
gcc-12 -O2 -DLONGS=7 -DALIGN=,aligned(8): 3 of 56 bytes take 168
clang-14 -O2 -DLONGS=2 -DALIGN=: 3 of 16 bytes take 48
clang-14 -O0 -DLONGS=7 -DALIGN=: 3 of 56 bytes take 168
clang-14 -O2 -DLONGS=7 -DALIGN=: 3 of 56 bytes take 168
clang-14 -O2 -DLONGS=7 -DALIGN=,aligned(8): 3 of 56 bytes take 168
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

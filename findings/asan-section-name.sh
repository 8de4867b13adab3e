#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   AddressSanitizer treats all variables in a named section alike: it puts red
#          zones around them, or leaves them alone as they may be an array.
# Really:  gcc leaves them alone. clang does so only where the section's name is a C
#          identifier (the linker makes __start_ and __stop_ for those); with a dot in
#          it, as ".init.tests", each element gets a red zone, and an array that a linker
#          script bounds has twice the elements.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12.
# Matters: the kernel's tables are such arrays, in sections whose names have dots.
#          In a shim built by clang, a walk over one ends at the first red zone with a
#          report of an overflow; without the dot it works.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 \
	libclang-rt-14-dev=1:14.0.6-12 binutils=2.40-2; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >table.c <<'EOF'
#include <stdio.h>

struct entry { const char *name; long value; };
#define ENTRY(n) \
	static struct entry n __attribute__((used, section(SECTION))) = { #n, 1 }
ENTRY(one);
ENTRY(two);
ENTRY(three);
extern struct entry first[], last[];

int main(void)
{
	printf("%ld elements\n", (long)(last - first));
	return 0;
}
EOF
for section in init_tests .init.tests; do
	cat >"$section.ld" <<EOF
SECTIONS { $section : { first = .; KEEP(*($section)) last = .; } } INSERT AFTER .data;
EOF
	for cc in gcc-12 clang-14; do
		"$cc" -fsanitize=address "-DSECTION=\"$section\"" -fuse-ld=bfd \
			"-Wl,-T,$section.ld" -o table table.c || exit 2
		echo "$cc $section: $(./table)"
	done
done >seen

cat >expected <<'EOF'
gcc-12 init_tests: 3 elements
clang-14 init_tests: 3 elements
gcc-12 .init.tests: 3 elements
clang-14 .init.tests: 6 elements
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

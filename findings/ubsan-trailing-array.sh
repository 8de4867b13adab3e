#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   -fsanitize=bounds means one thing: an array with a length is checked, or one
#          at the end of a struct is taken for a flexible one, by gcc and clang alike.
# Really:  gcc takes any array at the end of a struct for flexible, [4] too, and reports
#          nothing; clang 14 excepts [1] and shorter only and reports [4]. gcc has
#          bounds-strict for that, which then reports [1] too, and clang does not have.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12.
# Matters: in mm, the slots of a tree node are such arrays. Whether a test with UBSan
#          sees a slot beyond the last depends on the compiler.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 libclang-rt-14-dev=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

# There is memory for eight: what is accessed is allocated.
cat >trailing.c <<'EOF'
#include <stdlib.h>

struct node { long count; long slot[SLOTS]; };

volatile int beyond = SLOTS;

int main(void)
{
	struct node *n = calloc(1, sizeof(long) * 9);

	n->slot[beyond] = 1;
	free(n);
	return 0;
}
EOF
for slots in 1 4; do
	for way in 'gcc-12 bounds' 'gcc-12 bounds-strict' 'clang-14 bounds'; do
		"${way% *}" "-fsanitize=${way#* }" "-DSLOTS=$slots" -o trailing trailing.c ||
			exit 2
		./trailing 2>log
		echo "$way, [$slots]: $(grep -c 'runtime error: index' log)"
	done
done >seen
clang-14 -fsanitize=bounds-strict -DSLOTS=4 -o trailing trailing.c 2>log
grep -oE "unsupported argument 'bounds-strict'" log >>seen

cat >expected <<'EOF'
gcc-12 bounds, [1]: 0
gcc-12 bounds-strict, [1]: 1
clang-14 bounds, [1]: 0
gcc-12 bounds, [4]: 0
gcc-12 bounds-strict, [4]: 1
clang-14 bounds, [4]: 1
unsupported argument 'bounds-strict'
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
echo 'reports of an index:'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   with -flto, --wrap=f still replaces the calls of f in other objects, as it
#          works on symbols and the linker is told of it; or the link fails.
# Really:  GNU ld and gold leave the wrapper out without a word: the plugin's code comes
#          back with the calls resolved (or inlined) already. It works as soon as one of
#          the two objects is no LTO object, and with lld.
# With:    gcc 12.2 and clang 14.0.6, GNU ld and gold 2.40, lld 14.0.6 of Debian 12.
# Matters: a shim that takes out functions by --wrap (failing allocations, an exit that
#          must not happen) runs the real ones in an LTO build, and the tests of the
#          error paths pass.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 binutils=2.40-2 lld-14=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >kernel.c <<'EOF'
int f(void) { return 1; }
EOF
cat >test.c <<'EOF'
#include <stdio.h>

int f(void), __real_f(void);
int __wrap_f(void) { return 10 + __real_f(); }

int main(void)
{
	printf("%d\n", f());
	return 0;
}
EOF

# link CC LINKER KERNEL-FLAG TEST-FLAG
link()
{
	"$1" -O2 ${3:+"$3"} -c kernel.c && "$1" -O2 ${4:+"$4"} -c test.c &&
		"$1" -flto "-fuse-ld=$2" -Wl,--wrap=f -o run kernel.o test.o || exit 2
	echo "$1 $2, kernel '$3', test '$4': $(./run)"
}

{
	link gcc-12 bfd '' ''
	link gcc-12 bfd -flto -flto
	link gcc-12 gold -flto -flto
	link gcc-12 bfd -flto ''
	link gcc-12 bfd '' -flto
	link clang-14 bfd -flto -flto
	link clang-14 lld -flto -flto
} >seen

cat >expected <<'EOF'
gcc-12 bfd, kernel '', test '': 11
gcc-12 bfd, kernel '-flto', test '-flto': 1
gcc-12 gold, kernel '-flto', test '-flto': 1
gcc-12 bfd, kernel '-flto', test '': 11
gcc-12 bfd, kernel '', test '-flto': 11
clang-14 bfd, kernel '-flto', test '-flto': 1
clang-14 lld, kernel '-flto', test '-flto': 11
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
ld.bfd --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

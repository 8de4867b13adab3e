#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   --wrap=f sends every call of f to __wrap_f, or at least the same calls with
#          each linker.
# Really:  where f and its caller are in one object file, GNU ld, gold and mold leave
#          the call alone, as it refers to a symbol that is defined there; lld redirects
#          it too. After `ld -r` everything is one object, so with GNU ld a wrap that
#          worked before ends.
# With:    GNU ld and gold 2.40, lld 14.0.6, mold 1.10.1 of Debian 12.
# Matters: who replaces a kernel function by the linker has it replaced for callers in
#          other files only, or for all, depending on -fuse-ld; partial linking, as
#          kbuild does for modules, changes it again.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in binutils=2.40-2 lld-14=1:14.0.6-12 gcc-12=12.2.0-14+deb12u1; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done
{ apt-get -qq -o APT::Sandbox::User=root download \
	mold=1.10.1+dfsg-1 && dpkg-deb -x mold_*.deb .; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >kernel.c <<'EOF'
int f(void) { return 1; }
int caller_of_f(void) { return f(); }
EOF
cat >test.c <<'EOF'
#include <stdio.h>

int f(void), caller_of_f(void), __real_f(void);
int __wrap_f(void) { return 10 + __real_f(); }

int main(void)
{
	printf("from another object %d, from its own %d\n", f(), caller_of_f());
	return 0;
}
EOF
gcc-12 -O0 -c kernel.c test.c || exit 2
ld.bfd -r -o whole.o kernel.o test.o || exit 2

declare -A linker=([bfd]=$(command -v ld.bfd) [gold]=$(command -v ld.gold)
	[lld]=$(command -v ld.lld-14) [mold]=$dir/usr/bin/mold)
for name in bfd gold lld mold; do
	mkdir "$name"
	ln -s "${linker[$name]}" "$name/ld"
	"$name/ld" --version | head -n 1
done
for name in bfd gold lld mold; do
	gcc-12 "-B$name" -Wl,--wrap=f -o "run-$name" kernel.o test.o || exit 2
	echo "$name: $("./run-$name")"
done >seen
gcc-12 -Bbfd -Wl,--wrap=f -o run-whole whole.o || exit 2
echo "bfd after ld -r: $(./run-whole)" >>seen

cat >expected <<'EOF'
bfd: from another object 11, from its own 1
gold: from another object 11, from its own 1
lld: from another object 11, from its own 11
mold: from another object 11, from its own 1
bfd after ld -r: from another object 1, from its own 1
EOF
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

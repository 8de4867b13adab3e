#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   of two -ffile-prefix-map= options that both match, gcc and clang take the
#          same one: the one given last, or the longest.
# Really:  gcc takes the one given last, clang 14 the longest: there the order on the
#          command line has no effect.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12. -fdebug-prefix-map goes the same way.
# Matters: a shim that compiles a kernel tree maps both its own folder and the tree
#          inside it, so that WARNs, coverage and reproducible objects have short
#          names. With the longer prefix first, __FILE__ depends on the compiler.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

mkdir -p top/tree/mm
echo 'const char *file = __FILE__;' >top/tree/mm/vma.c
for cc in gcc-12 clang-14; do
	for maps in 'top=T top/tree=K' 'top/tree=K top=T'; do
		options=()
		for map in $maps; do
			options+=("-ffile-prefix-map=$map")
		done
		name=$("$cc" "${options[@]}" -E -P top/tree/mm/vma.c | cut -d'"' -f2)
		echo "$cc $maps: $name"
	done
done >seen

cat >expected <<'EOF'
gcc-12 top=T top/tree=K: K/mm/vma.c
gcc-12 top/tree=K top=T: T/tree/mm/vma.c
clang-14 top=T top/tree=K: K/mm/vma.c
clang-14 top/tree=K top=T: K/mm/vma.c
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

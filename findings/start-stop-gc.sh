#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   a section that is reached by __start_ and __stop_ survives --gc-sections;
#          that is what GNU ld does, and the variables are marked "used" besides.
# Really:  GNU ld, gold and mold keep it. lld 14 collects it (-z start-stop-gc is its
#          default) and then complains that __start_ is undefined. "used" is for the
#          compiler only, the linker wants "retain" or -z nostart-stop-gc.
# With:    GNU ld and gold 2.40, lld 14.0.6, mold 1.10.1, gcc 12.2 of Debian 12.
# Matters: --gc-sections is how a shim drops the kernel code that no test reaches; with
#          lld it takes the list of the test cases too. A start symbol that is declared
#          weak, a common way out, makes that an empty list and a green run.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 binutils=2.40-2 lld-14=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done
{ apt-get -qq -o APT::Sandbox::User=root download \
	mold=1.10.1+dfsg-1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >cases.c <<'EOF'
#include <stdio.h>

#define CASE(n) static int n __attribute__((used, section("cases") MORE)) = 1
CASE(one);
CASE(two);
extern int __start_cases[] WEAK, __stop_cases[] WEAK;

int main(void)
{
	printf("%ld cases\n", (long)(__stop_cases - __start_cases));
	return 0;
}
EOF

# cases LINKER MORE WEAK LINKER-OPTIONS...
cases()
{
	local name=$1 more=$2 weak=$3

	shift 3
	if gcc-12 -O2 "-DMORE=$more" "-DWEAK=$weak" "-B$name" -Wl,--gc-sections "$@" \
		-o cases cases.c 2>link.log; then
		./cases
	elif grep -q 'undefined symbol: __\(start\|stop\)_cases' link.log; then
		echo '__start_cases, __stop_cases undefined'
	else
		cat link.log
	fi
}

declare -A linker=([bfd]=$(command -v ld.bfd) [gold]=$(command -v ld.gold)
	[lld]=$(command -v ld.lld-14) [mold]=$dir/usr/bin/mold)
for name in bfd gold lld mold; do
	mkdir "$name"
	ln -s "${linker[$name]}" "$name/ld"
	"$name/ld" --version | head -n 1
done
{
	for name in bfd gold lld mold; do
		echo "$name: $(cases "$name" '' '')"
	done
	echo "lld, weak: $(cases lld '' '__attribute__((weak))')"
	echo "lld, retain: $(cases lld ,retain '')"
	echo "lld, nostart-stop-gc: $(cases lld '' '' -Wl,-z,nostart-stop-gc)"
} >seen

cat >expected <<'EOF'
bfd: 2 cases
gold: 2 cases
lld: __start_cases, __stop_cases undefined
mold: 2 cases
lld, weak: 0 cases
lld, retain: 2 cases
lld, nostart-stop-gc: 2 cases
EOF
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   where spatch cannot parse a function it says so, or fails; and the tool that
#          is made for the kernel's C parses scoped_guard().
# Really:  a function with scoped_guard() in it is left out as a whole, with its
#          statements before and after the guard, and asm goto does the same. The
#          diff lacks it, no complaint is printed, the exit code is 0. guard() is parsed.
#          --macro-file with a #define of scoped_guard as a loop brings it back.
# With:    coccinelle 1.1.1 of Debian 12.
# Matters: a semantic patch over mm, or a check that no caller of a function is left,
#          passes over the functions that use the newer locking.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	coccinelle=1.1.1.deb-2+b1 \
	libpcre3=2:8.39-15 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >rename.cocci <<'EOF'
@@ expression E; @@
- old(E)
+ new(E)
EOF
cat >code.c <<'EOF'
int plain(int x)
{
	return old(x);
}

int guarded(struct mutex *m, int x)
{
	guard(mutex)(m);
	return old(x);
}

int scoped(struct mutex *m, int x)
{
	old(x);
	scoped_guard(mutex, m) {
		x++;
	}
	return old(x);
}

int jumps(int x)
{
	asm goto("" : : : : out);
	return old(x);
out:
	return 1;
}
EOF
cat >macros.h <<'EOF'
#define scoped_guard(name, args...) for (int once = 1; once; once = 0)
EOF

LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH COCCINELLE_HOME=$dir/usr/lib/coccinelle
spatch=(usr/bin/spatch --very-quiet --sp-file rename.cocci)
usr/bin/spatch --version >version || exit 2
{
	cp code.c by-itself.c
	"${spatch[@]}" --in-place by-itself.c >/dev/null 2>err
	echo "exit $?"
	cat err
	grep -n 'old(' by-itself.c
	echo '-- with the macro file'
	cp code.c macro.c
	"${spatch[@]}" --macro-file macros.h --in-place macro.c >/dev/null 2>&1
	grep -n 'old(' macro.c
} >seen

cat >expected <<'EOF'
exit 0
14:	old(x);
18:	return old(x);
24:	return old(x);
-- with the macro file
24:	return old(x);
EOF

head -n 1 version
echo 'lines that should have been changed:'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

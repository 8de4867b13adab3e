#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   sparse prints all that it finds in a file, and fails where it found an error.
# Really:  one error anywhere in the file, here a bit-field of a restricted type, takes
#          away the warnings of the functions: no line about __rcu pointers that are
#          read directly. The exit code is 0 all the same.
# With:    sparse 0.6.4 of Debian 12; gcc takes the file, bit-field and all.
# Matters: comparing the number of warnings before and after a patch, as bots do, a file
#          that sparse can no longer read becomes a file without warnings.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	sparse=0.6.4-3 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >rcu.c <<'EOF'
#ifdef __CHECKER__
#define __rcu __attribute__((noderef, address_space(__rcu)))
#define __bitwise __attribute__((bitwise))
#else
#define __rcu
#define __bitwise
#endif

typedef unsigned int __bitwise gfp_t;
struct node { int value; };
struct list { struct node __rcu *first; };
int direct(struct list *l);

int direct(struct list *l)
{
	return l->first->value;
}

#ifdef BITS
struct bits { gfp_t gfp : 8; };
#endif
EOF

for bits in -DNO_BITS -DBITS; do
	echo "-- sparse $bits"
	usr/bin/sparse "$bits" rcu.c 2>&1
	echo "exit $?"
done >seen

cat >expected <<'EOF'
-- sparse -DNO_BITS
rcu.c:16:17: warning: dereference of noderef expression
exit 0
-- sparse -DBITS
rcu.c:20:25: error: invalid bitfield specifier for type restricted gfp_t.
exit 0
EOF

echo "sparse $(usr/bin/sparse --version)"
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

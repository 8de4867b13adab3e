#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   sparse checks that the lock which is released is the one that was taken;
#          __acquires() and __releases() name it for that.
# Really:  only the number of locks held is counted, whichever they are: taking a and
#          releasing b is right, as long as the counts agree.
# With:    sparse 0.6.4 of Debian 12.
# Matters: a walk that drops the anon_vma's lock where it holds the mapping's, or the
#          page table lock of the wrong table, passes "make C=1". That is left to
#          lockdep, thus to a test that runs the path.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	sparse=0.6.4-3 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >lock.c <<'EOF'
#define __acquires(x) __attribute__((context(x, 0, 1)))
#define __releases(x) __attribute__((context(x, 1, 0)))

struct lock { int held; };
extern struct lock a, b;
void take(struct lock *l) __acquires(l);
void drop(struct lock *l) __releases(l);
int right(void);
int other_lock(void);
int no_drop(void);

int right(void)
{
	take(&a);
	drop(&a);
	return 0;
}

int other_lock(void)
{
	take(&a);
	drop(&b);
	return 0;
}

int no_drop(void)
{
	take(&a);
	return 0;
}
EOF
usr/bin/sparse lock.c >seen 2>&1

cat >expected <<'EOF'
lock.c:26:5: warning: context imbalance in 'no_drop' - wrong count at exit
EOF

echo "sparse $(usr/bin/sparse --version)"
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   sparse knows __attribute__((cleanup)), which it reads without a complaint, so
#          a lock that a guard() drops at the end of its scope is counted as dropped.
# Really:  the attribute is skipped. A function with a guard is reported as one that
#          returns with the lock held, and the same without the guard is not told apart.
# With:    sparse 0.6.4 of Debian 12.
# Matters: mm code that is converted to guard() and scoped_guard() gains a warning for
#          each right use, among which a lock that is really kept is not seen.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download \
	sparse=0.6.4-3 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

cat >guard.c <<'EOF'
#define __acquires(x) __attribute__((context(x, 0, 1)))
#define __releases(x) __attribute__((context(x, 1, 0)))

struct lock { int held; };
extern struct lock a;
void take(struct lock *l) __acquires(l);
void drop(struct lock *l) __releases(l);
void drop_guard(struct lock **guard);
int guarded(void);
int kept(void);

int guarded(void)
{
	struct lock *guard __attribute__((cleanup(drop_guard))) = &a;

	take(guard);
	return 0;
}

int kept(void)
{
	take(&a);
	return 0;
}
EOF
usr/bin/sparse guard.c >seen 2>&1

cat >expected <<'EOF'
guard.c:12:5: warning: context imbalance in 'guarded' - wrong count at exit
guard.c:20:5: warning: context imbalance in 'kept' - wrong count at exit
EOF

echo "sparse $(usr/bin/sparse --version)"
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

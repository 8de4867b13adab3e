#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   kunit.py reads all that is in its input: a second KTAP report that is
#          appended to the first is added up, or refused.
# Really:  it ends where the first plan is fulfilled. What comes later, be it another
#          report or a "not ok" beyond the plan, is not counted, not shown and not an
#          error; the exit code is 0.
# With:    tools/testing/kunit of Linux 6.12.117 (linux-source-6.12 of Debian 12).
# Matters: a log that several runs were appended to (two builds, shards) says what the
#          first run said. Each report has to go to kunit.py alone.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download linux-source-6.12=6.12.117-1~deb12u1 &&
	dpkg-deb --fsys-tarfile linux-source-6.12_*.deb |
	tar -xO ./usr/src/linux-source-6.12.tar.xz | xz -dc |
	tar -x --strip-components=1 --wildcards '*/tools/testing/kunit'; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

# The verdict of kunit.py on standard input, without the times.
parse()
{
	cat >ktap
	python3 tools/testing/kunit/kunit.py parse "$dir/ktap" >log 2>err
	local status=$?

	sed 's/^\[[0-9:]*\] //' log | grep -E '\[[A-Z]*\]|complete' | sed 's/=* \[/[/; s/ =*$//'
	echo "exit $status"
}

{
	echo '-- two reports'
	parse <<'EOF'
KTAP version 1
1..1
ok 1 one
KTAP version 1
1..1
not ok 1 two
EOF
	echo '-- more than planned'
	parse <<'EOF'
KTAP version 1
1..1
ok 1 one
not ok 2 two
EOF
} >seen

cat >expected <<'EOF'
-- two reports
[PASSED] one
Testing complete. Ran 1 tests: passed: 1
exit 0
-- more than planned
[PASSED] one
Testing complete. Ran 1 tests: passed: 1
exit 0
EOF

echo 'kunit.py of Linux 6.12.117'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

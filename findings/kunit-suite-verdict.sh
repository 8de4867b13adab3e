#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   kunit.py exits with 1 where it shows a suite as FAILED, or an error.
# Really:  the summary, and with it the exit code, counts cases only. A suite whose own
#          line says "not ok" while its cases passed is shown as FAILED, and the tool
#          exits 0; so it does with numbers out of order, which it shows as [ERROR] and
#          counts as "errors: 2".
# With:    tools/testing/kunit of Linux 6.12.117 (linux-source-6.12 of Debian 12).
# Matters: what is checked after the cases (leaks of a whole suite, suite_exit) can only
#          be told in the suite's line; CI that goes by the exit code stays green.
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
	echo '-- a suite that failed'
	parse <<'EOF'
KTAP version 1
1..1
    KTAP version 1
    # Subtest: leaks
    1..1
    ok 1 one
not ok 1 leaks
EOF
	echo '-- numbers out of order'
	parse <<'EOF'
KTAP version 1
1..2
ok 2 one
ok 1 two
EOF
	echo '-- a case that failed'
	parse <<'EOF'
KTAP version 1
1..1
not ok 1 one
EOF
} >seen

cat >expected <<'EOF'
-- a suite that failed
[PASSED] one
[FAILED] leaks
Testing complete. Ran 1 tests: passed: 1
exit 0
-- numbers out of order
[ERROR] Test: one: Expected test number 1 but found 2
[PASSED] one
[ERROR] Test: two: Expected test number 2 but found 1
[PASSED] two
Testing complete. Ran 2 tests: passed: 2, errors: 2
exit 0
-- a case that failed
[FAILED] one
Testing complete. Ran 1 tests: failed: 1
exit 1
EOF

echo 'kunit.py of Linux 6.12.117'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

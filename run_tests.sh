#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds and runs the tests with each chosen kernel and variant, and sums up.
# One that does not build, or ends without results, counts as a failed test.
# shellcheck disable=SC2034,SC2154 # its parts share their variables
#
# The parts of this script are in scripts/run/.

set -u
export LC_ALL=C
unset MAKEFLAGS MAKELEVEL

invoked_in=$PWD
here=$(realpath -- "${BASH_SOURCE[0]}") || exit 125	# may be a link in someone's PATH
cd "${here%/*}" || exit 125
top=$PWD

# The kernels of scripts/versions that all tests are to pass with, newest first.
supported=(7.3 7.2 6.12)
# Variants that --variant knows.
variants=(asan tsan full lazy plain full-plain rt cov weak)
# Variants that run by default, with the newest kernel and with the older ones
default_variants=(lazy tsan)
older_variants=(full-plain)
# For a kernel that is asked for
newest_variants=(asan tsan lazy)
declare -A about=(
	[asan]='lazy runs all of its cases with ASan, in both modes'
	[cov]='counts what the tests reach and finds no more than plain'
	[full]='asan with CONFIG=full'
	[full-plain]='plain with CONFIG=full'
	[rt]='plain with CONFIG=rt, locks that sleep'
	[weak]='full-plain, of which the races run on the weak memory model'
	[lazy]='asan with LAZY=1 and CONFIG=full, both modes; the series is for the newest kernel'
	[clang]='asan once more, by the other compiler'
)

for part in say process results one options plan series trees bisect kselftest; do
	# shellcheck source=/dev/null
	. "scripts/run/$part.sh" || exit 125
done
[[ " $* " != *' --bisect '* ]] || bisect_guard

parse_options "$@"
check_options
# The subject must not depend on these
unset CC KDIR KERNEL VARIANT CONFIG DEBUG LOCKDEP LINK LAZY UPTO V QUICK TESTS JOBS ARGS
[ -z "$series" ] || run_series
[ -z "$trees" ] || run_trees
[ -z "$kselftest" ] || run_kselftest
[ -z "$bisect" ] || run_bisect

choose_all
plan_runs
say_what_is_left_out
check_environment

[ -z "$kdir" ] || say "kernel ${todo_kernels[0]}: $kdir"
ran='' unmatched=''
for r in "${runs[@]}"; do
	IFS='|' read -r k c v <<<"$r"
	rm -rf "${tmp:?}"/*
	if [ -n "$begin_within" ] && [ "$SECONDS" -ge $((begin_within * 60)) ]; then
		left_out+=("$k $v: $begin_within minutes were over, see --begin-within")
		continue
	fi
	test_one "$k" "$c" "$v"
done
[ -n "$ran$outside_why" ] || [ "$failed" -gt 0 ] || die "$unmatched"
sum_up
[ "$failed" = 0 ]

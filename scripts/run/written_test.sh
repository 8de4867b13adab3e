#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whether what vma_replay writes of the traces of tools/testing/vma/traces says the same:
# the cases are compiled into vma_part and run, the programs run on this kernel.
#
# usage: written_test.sh [VARIABLE=VALUE...]
#
# The variables are those of make vma_replay, which is built before. The cases stand in
# tools/testing/vma/self/report.c meanwhile. exit: 0 all passed, 1 not, 2 environment
set -u
cd "$(dirname "$0")/../.." || exit 2
cases=tools/testing/vma/self/report.c
[ -e $cases ] && { echo "$cases is there: remove it" >&2; exit 2; }
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp" $cases' EXIT
trap 'exit 130' INT TERM HUP

out=$(make -s print-out "$@") || exit 2
[ -x "$out/vma_replay" ] || { echo 'make vma_replay first' >&2; exit 2; }
bad=0
for trace in tools/testing/vma/traces/*.strace.xz; do
	name=${trace##*/}
	name=${name%%.*}
	# the compiler takes a minute for a case of a thousand calls
	case $name in
	true | sh | perl) lines= ;;
	*) lines=--lines=1-100 ;;
	esac
	"$out/vma_replay" --case=report."$name" $lines "$trace" >"$tmp/$name.case" || bad=1
	"$out/vma_replay" --c="$name" $lines "$trace" >"$tmp/$name.c" || bad=1
	if ! gcc -Wall -Werror -o "$tmp/$name" "$tmp/$name.c" || ! timeout 60 "$tmp/$name" >"$tmp/said"; then
		echo "not ok: the program of $name"
		cat "$tmp/said"
		bad=1
	fi
done
cat "$tmp"/*.case >$cases
make vma_part LINK=no "$@" TESTS='report.*' >"$tmp/said" 2>&1 || { cat "$tmp/said"; exit 1; }
"$out/vma_part" --no-oom -t 'report.*' >"$tmp/said" 2>&1 || { cat "$tmp/said"; bad=1; }
tail -n 1 "$tmp/said"
exit $bad

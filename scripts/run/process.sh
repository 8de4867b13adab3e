# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# Processes: each step is a process group of its own, so as to end it all.

# shellcheck source=scripts/lib/lock.sh
. scripts/lib/lock.sh

job='' tmp=''

cleanup()
{
	local i

	trap '' INT TERM HUP QUIT
	if [ -n "$job" ]; then
		# Not SIGINT: it may be ignored, where a script has started us in the background
		kill -TERM -- "-$job" 2>/dev/null
		for ((i = 0; i < 50; i++)); do
			kill -0 -- "-$job" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL -- "-$job" 2>/dev/null
	fi
	[ -z "$tmp" ] || rm -rf -- "$tmp"
}

interrupted()
{
	clear_line
	so_far
	printf 'run_tests.sh: interrupted; the total is not known\n' >&2
	exit "$1"
}

trap cleanup EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 131' QUIT
trap 'interrupted 143' TERM

# run OUT ERR PROGRESS CMD...: run CMD; PROGRESS prints the live line
run()
{
	local out=$1 err=$2 progress=$3 rc
	shift 3

	set -m
	"$@" >"$out" 2>"$err" </dev/null &
	job=$!
	set +m
	if [ -n "$live" ]; then
		while kill -0 "$job" 2>/dev/null; do
			"$progress" "$out"
			sleep 0.2
		done
	fi
	wait "$job"
	rc=$?
	job=''
	return $rc
}

compiling()
{
	local file

	file=$(tail -n 1 "$1" 2>/dev/null)
	show "$label: $(wc -l <"$1") files built, now ${file##* }"
}

# Counts lines of a log that is not whole yet, for the line of progress only; results
# are read by scripts/ktap.
testing()
{
	show "$label: $(grep -cE '^    (not )?ok ' "$1") of $listed cases, $(grep -c '^    not ok ' "$1") failed"
}


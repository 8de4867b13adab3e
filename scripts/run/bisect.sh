# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# One step of "git bisect run": the exit status is the verdict, and whatever
# goes wrong with us is "cannot be judged". Only run_bisect() sets it.

verdict=125

# From here on no way out of the shell, a signal or an error of ours included,
# leaves with another status.
bisect_guard()
{
	misuse=125
	trap 'cleanup; exit "$verdict"' EXIT
	local signal

	for signal in HUP INT QUIT ABRT PIPE ALRM TERM USR1 USR2 XCPU XFSZ; do
		# shellcheck disable=SC2064 # the signal of now
		trap "ended_by $signal" "$signal"
	done
}

# shellcheck disable=SC2317 # called by traps
ended_by()
{
	trap '' PIPE
	clear_line
	printf 'bisect: cannot be judged: ended by SIG%s; %s\n' "$1" "$(known_so_far)" 2>/dev/null
	exit 125
}

# How many cases the step has, once it is built, and what its runs so far have said
listed='' runs_said=''

# Print what is known of a commit whose step was ended: the results of the run that was under way
# are no verdict, even where one is a failure.
known_so_far()
{
	local ran bad

	if [ -z "$listed" ]; then
		echo 'nothing is known of this commit, as its build has not ended'
		return
	fi
	ran=$(grep -cE '^    (not )?ok ' "$tmp/ktap" 2>/dev/null)
	bad=$(grep -c '^    not ok ' "$tmp/ktap" 2>/dev/null)
	printf '%s%d of %d cases had run, %d failed%s\n' "$runs_said" "${ran:-0}" "$listed" "${bad:-0}" \
		"$(sed -n 's/^    not ok [0-9]* \([^ ]*\).*/: \1/p;T;q' "$tmp/ktap" 2>/dev/null)"
}

# judge VERDICT TEXT
judge()
{
	local words=([0]=good [1]=bad [125]="cannot be judged")

	clear_line
	printf 'bisect: %s: %s%s\n' "${words[$1]}" "$2" "${3:+ ($3)}"
	verdict=$1
	exit "$1"
}

# The state of the case NAME in the log that was read: passed, failed, skipped or nothing
state_of()
{
	awk -F'\t' -v want="$1" '$2 == want { print $1 }' "$tmp/cases"
}

bisect_build()
{
	kernel=$(scripts/kdir --kdir "$kdir" --version 2>&1) || judge 125 "${kernel#kdir: }"
	todo_kernels=("$kernel") runs=("$kernel|${compiler_:-gcc}|$variant_list")
	check_environment
	compiler=${compiler_:-gcc} flavour=$variant_list variant=$variant_list
	label="$kernel $variant"
	build_one || judge 125 "$([ $? -gt 1 ] || echo "does not build: ")$reason" "compile $(seconds "$compiled_ms") s"
}

# One run of the cases: sets p, f and s, or judges.
bisect_run()
{
	local start end rc reason fault

	now start
	run "$tmp/ktap" "$tmp/err" testing "$bin" "${args[@]}" -j "$jobs"
	rc=$?
	now end
	ran_ms=$((ran_ms + end - start))
	read_log "$tmp/ktap"
	read_total
	if [ -n "$fault" ] || [ $rc != $((f > 0)) ] || [ $((p + f + s)) != "$listed" ]; then
		reason=$(tail -n 1 "$tmp/err")
		reason=${reason:-$fault}
		judge 125 "no whole result, exit status $rc${reason:+; $reason}"
	fi
}

run_bisect()
{
	local args bin i p f s state phases

	bisect_build
	[ -z "$baseline" ] || globs=("$baseline")
	choose_cases
	bin=${out#"$top/"}/$program
	"$bin" --list "${args[@]}" >"$tmp/list" 2>"$tmp/err" ||
		judge 125 "no case to run: $(head -n 1 "$tmp/err")"
	listed=$(wc -l <"$tmp/list")
	for ((i = 1; i <= ${flaky:-1}; i++)); do
		bisect_run
		phases="compile $(seconds "$compiled_ms") s, link $(seconds "$linked_ms") s, run $(seconds "$ran_ms") s"
		[ "$f" = 0 ] || judge 1 "$(lines_of failed | awk -F'\t' '{ print $1 ": " $2; exit }')" \
			"$f of $listed cases failed${flaky:+, in run $i of $flaky}; $phases"
		if [ -n "$baseline" ]; then
			state=$(state_of "$baseline")
			[ "$state" = passed ] || judge 125 "$baseline is ${state:-not among the cases}" "$phases"
		fi
		runs_said="run $i of ${flaky:-1} was good; of the next "
		[ "$p" -gt 0 ] || judge 125 "all $s cases are skipped" "$phases"
	done
	judge 0 "$p passed, $s skipped${flaky:+, $flaky times}" "$phases"
}

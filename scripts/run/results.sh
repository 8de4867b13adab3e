# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# Results: read from the logs, collected, and summed up.

rows=() failures=() left_out=() pages=() skips=
passed=0 failed=0 skipped=0

# fail CASE REASON COMMAND
fail()
{
	failures+=("failed: $label: $1"$'\n'"    $2"$'\n'"    repeat: $3")
}

# The failed cases of a log: SUITE.CASE, the first line of the reason and the
# command that repeats it, separated by tabs.
failed_cases()
{
	awk '
	/^    # Subtest: /	{ suite = $3; next }
	/^    (not )?ok /	{
		if ($1 == "not")
			printf "%s.%s\t%s\t%s\n", suite, $4, reason, repeat
		reason = repeat = ""
		next
	}
	/^    # repeat: /	{ if (!repeat) repeat = substr($0, 15); next }
	/^    # /		{ if (!reason) { reason = $0; sub(/^    # [^ ]*: /, "", reason) } }
	' "$1"
}

# The skipped cases of a log: KERNEL-VARIANT, reason and SUITE.CASE
skipped_cases()
{
	awk -v label="$label" '
	/^    # Subtest: /		{ suite = $3; next }
	/^    ok [0-9]+ .* # SKIP/	{
		name = $3; sub(/^.* # SKIP ?/, "")
		printf "%s\t%s\t%s.%s\n", label, $0 ? $0 : "no reason given", suite, name
	}' "$1"
}

# Reads those of all runs: a line for each reason and the cases that it skips,
# behind the runs that skip just these.
group_skips()
{
	awk -F'\t' '
	{ k = $2 FS $3; if (!(k in runs)) order[++n] = k; runs[k] = runs[k] (runs[k] ? ", " : "") $1 }
	END {
		for (i = 1; i <= n; i++) {
			split(order[i], f, FS); g = runs[order[i]] FS f[1]
			if (!(g in cases)) groups[++m] = g
			cases[g] = cases[g] " " f[2]
		}
		for (i = 1; i <= m; i++) {
			split(groups[i], f, FS)
			printf "skipped: %s: %s:%s\n", f[1], f[2], cases[groups[i]]
		}
	}'
}

# A report of what ended before it could write its own.
write_junit()
{
	local text=$2

	# Quoted, or bash 5.2 takes & for what was matched
	text=${text//&/"&amp;"} text=${text//</"&lt;"} text=${text//\"/"&quot;"}
	cat >"$tmp/junit.xml" <<-EOF
	<?xml version="1.0" encoding="UTF-8"?>
	<testsuites tests="1" failures="1"><testsuite name="$name" tests="1" failures="1">
	<testcase classname="$name" name="$1"><failure message="${text//[^[:print:]]/ }"/></testcase>
	</testsuite></testsuites>
	EOF
}

# One failure for all of it: WHAT REASON COMMAND BUILD_SECONDS RUN_SECONDS
broken()
{
	fail "$1" "$2" "$3"
	say "$label: $1 failed: $2"
	[ -z "$junit" ] || write_junit "$1" "$2"
	rows+=("$kernel $variant 0 1 0 $4 $5")
	failed=$((failed + 1))
}

publish()
{
	[ ! -f "$tmp/$1" ] || mv -f -- "$tmp/$1" "$2" || die "cannot write $2; is the disk full?"
}

seconds()
{
	printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100))
}

# The times of all runs by phase, in milliseconds
compiled_ms=0 linked_ms=0 ran_ms=0

phases()
{
	printf 'time: compile %s s, link %s s, run %s s\n' \
		"$(seconds "$compiled_ms")" "$(seconds "$linked_ms")" "$(seconds "$ran_ms")"
}

sum_up()
{
	local r f l

	clear_line
	printf '\n%-10s %-12s %7s %7s %7s %8s %8s\n' kernel variant passed failed skipped 'build s' 'run s'
	for r in ${rows[@]+"${rows[@]}"}; do
		# shellcheck disable=SC2086 # its words are the columns
		printf '%-10s %-12s %7s %7s %7s %8s %8s\n' $r
	done
	phases
	echo
	for f in ${failures[@]+"${failures[@]}"}; do
		printf '%s\n' "$f"
	done
	grep . <<<"$skips" | group_skips
	for l in ${left_out[@]+"${left_out[@]}"}; do
		printf 'left out: %s\n' "$l"
	done
	if [ -n "$html" ]; then
		scripts/run/report html "$html" "${pages[@]}" || failed=$((failed + 1))
	fi
	printf 'total: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

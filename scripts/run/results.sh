# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# Results: read from the logs, collected, and summed up.

rows=() failures=() left_out=() pages=() skips='' outside_why=''
passed=0 failed=0 skipped=0

# fail CASE REASON COMMAND
fail()
{
	failures+=("failed: $label: $1"$'\n'"    $2"$'\n'"    repeat: $3")
}

# read_log LOG: write the lines of scripts/ktap cases to $tmp/cases
read_log()
{
	scripts/ktap cases "$1" >"$tmp/cases" || die "cannot read $1"
}

# lines_of STATE: print case, reason and repeat of the cases in that state that were read;
# an empty reason would be lost to "read"
lines_of()
{
	awk -F'\t' -v OFS='\t' -v state="$1" '$1 == state { print $2, $3 == "" ? "no reason given" : $3, $4 }' "$tmp/cases"
}

# Set p, f and s to the totals of the log, empty if it has none, and fault if it is not whole
read_total()
{
	p='' f='' s=''
	read -r p f s < <(awk '$1 == "total" { print $2, $3, $4 }' "$tmp/cases")
	fault=$(awk -F'\t' '$1 == "fault" { print $2; exit }' "$tmp/cases")
}

# Reads RUN, REASON and SUITE.CASE of all runs: prints a line for each reason and the
# cases that it skips, behind the runs that skip just these.
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

# write_junit NAME TEXT: a report of one failure, for a run that ended without a report.
write_junit()
{
	local text=$2

	# Quote the replacements: bash 5.2 takes & for the text that was matched
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

# unjudged REASON: of a run that tells nothing of the code, for lack of something
unjudged()
{
	outside_why=${outside_why:-$1}
	left_out+=("$1")
}

publish()
{
	local why

	[ ! -f "$tmp/$1" ] || why=$(mv -f -- "$tmp/$1" "$2" 2>&1) || die "cannot write $2: ${why##*: }"
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

# A row for each kernel and variant
table()
{
	local r

	printf '\n%-10s %-12s %7s %7s %7s %8s %8s\n' kernel variant passed failed skipped 'build s' 'run s'
	for r in ${rows[@]+"${rows[@]}"}; do
		# shellcheck disable=SC2086 # its words are the columns
		printf '%-10s %-12s %7s %7s %7s %8s %8s\n' $r
	done
}

list_failures()
{
	local f

	for f in ${failures[@]+"${failures[@]}"}; do
		printf '%s\n' "$f"
	done
}

not_whole()
{
	printf 'not whole: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

# What is known of a matrix that was interrupted
so_far()
{
	[ ${#rows[@]} -gt 0 ] || return 0
	table
	list_failures
	not_whole
}

sum_up()
{
	local l

	clear_line
	table
	phases
	echo
	list_failures
	grep . <<<"$skips" | group_skips
	for l in ${left_out[@]+"${left_out[@]}"}; do
		printf 'left out: %s\n' "$l"
	done
	if [ -n "$html" ]; then
		scripts/run/report html "$html" "${pages[@]}" || failed=$((failed + 1))
	fi
	[ -z "$(unmatched_globs)" ] || [ "$failed" -gt 0 ] ||
		outside_why=${outside_why:-"no test matches $(unmatched_globs)in any run"}
	if [ -n "$outside_why" ]; then
		not_whole
		die "$outside_why"
	fi
	printf 'total: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# One kernel and variant: built, then run.

# Fill reason with the line of a failed build that tells most.
build_reason()
{
	reason=$(grep -m 1 '^build: environment: ' "$1") ||
		reason=$(grep -m 1 -E '(error|Error): |undefined symbols' "$1") ||
		reason=$(grep -m 1 '^build: ' "$1") ||
		reason=$(grep -m 1 . "$1") || reason='no message'
	reason=${reason#"$top/"}
	reason=${reason#"$invoked_in/"}
}

# split_build START END: add the times of compiling and linking of a build, by the file
# that scripts/build/rules.mk writes when it begins to link
split_build()
{
	local at=$2 made

	made=$(stat -c %.3Y "$out/.linking" 2>/dev/null) && made=${made/./}
	[ "${made:-0}" -lt "$1" ] || at=$made
	compiled_ms=$((compiled_ms + at - $1)) linked_ms=$((linked_ms + $2 - at))
}

vars=()
# variant_vars VARIANT: fills vars with what make calls it
variant_vars()
{
	case $1 in
	full | lazy) vars=(VARIANT=asan CONFIG=full) ;;
	full-plain) vars=(VARIANT=plain CONFIG=full) ;;
	weak) vars=(VARIANT=plain CONFIG=full) ;;
	rt) vars=(VARIANT=plain CONFIG=rt) ;;
	*) vars=(VARIANT="$1" CONFIG=core) ;;
	esac
}

# make_vars: fills vars and out
make_vars()
{
	# Leave the series out unless it is asked for, so that each case runs once per variant
	local with_series=0

	[[ $mode != lazy && $mode != both ]] || [ -n "$kdir" ] || [ "$kernel" != "${supported[0]}" ] || with_series=1
	[ "$flavour" != lazy ] || with_series=1
	variant_vars "$flavour"
	vars+=(LAZY="$with_series" CC="$compiler")
	# Build only the files of the tests that are asked for
	program=vma_test
	[ ${#globs[@]} = 0 ] || program=vma_part vars+=("TESTS=${globs[*]}")
	[ -z "$bisect$quick" ] || vars+=(QUICK=1)
	if [ -n "$kdir" ]; then
		vars+=(KDIR="$kdir")
	else
		vars+=(KERNEL="$kernel")
	fi
	run "$tmp/where" "$tmp/err" : scripts/build/one print-out "${vars[@]}" ||
		die "$(grep -m 1 . "$tmp/err")"
	out=$(<"$tmp/where")
}

# Let other runs with this tree in this checkout wait: they have the same programs and logs.
lock_tree()
{
	local folder=${out#"$top/"}

	folder=${folder%/*}
	if ! mkdir -p "$folder" 2>/dev/null ||
	   ! take_lock "$folder/.run.lock" run_tests.sh "runs the tests of $folder" run /dev/null /dev/null :; then
		die "cannot write to $folder"
	fi
}

# Builds; returns the exit status of scripts/build/one: 2 and more is no verdict on the code.
build_one()
{
	local start end rc

	make_vars
	name=${out#"$top"/build/}
	name=${name%%/*} name=${name#linux-}
	[ "$flavour" != lazy ] || name=${name%-lazy}
	name=$name-$variant
	lock_tree
	rm -f "$logs/$name.ktap"
	show "$label: building"
	now start
	run "$tmp/build" "$tmp/build.err" compiling scripts/build/one "$program" "${vars[@]}" JOBS="$jobs" LINK=no
	rc=$?
	now end
	build_time=$(seconds $((end - start)))
	split_build "$start" "$end"
	cat "$tmp/build.err" >>"$tmp/build"
	build_reason "$tmp/build.err"
	[ $rc -le 128 ] || reason="the build was ended by SIG$(kill -l $((rc - 128)))"
	publish build "$logs/$name.build"
	return $rc
}

# Fill args with the options of vma_test that choose cases.
choose_cases()
{
	local glob

	args=()
	for glob in ${globs[@]+"${globs[@]}"}; do
		args+=(-t "$glob")
	done
	[ -z "$mode" ] || args+=(--mode "$mode")
	memory=''
	[ "$flavour" != weak ] || memory=--memory=weak
	[ -z "$memory" ] || [ ${#globs[@]} -gt 0 ] || args+=(-t 'race_*' -t 'litmus_*')
	[ -z "$memory" ] || args+=("$memory")
}

# Globs that have matched in some run: one that never does is a typing error
declare -A matched=()

# Of several globs leave out, and say so, those that match nothing here
drop_globs()
{
	local glob kept=() why

	for glob in "${globs[@]}"; do
		if why=$("$bin" --list -t "$glob" ${mode:+--mode "$mode"} 2>&1 >/dev/null); then
			kept+=(-t "$glob") matched[$glob]=y
		elif [[ $why = *'no test matches'* ]]; then
			left_out+=("$label: ${why#*: }")
		else
			return 0
		fi
	done
	[ ${#kept[@]} = 0 ] || args=("${kept[@]}" ${mode:+--mode "$mode"} ${memory:+"$memory"})
}

# Print the globs that have matched in no run
unmatched_globs()
{
	local glob

	for glob in ${globs[@]+"${globs[@]}"}; do
		[ -n "${matched[$glob]:-}" ] || printf "%s" "${glob@Q} "
	done
}

# Leave only the cases of this shard in args and $tmp/list.
choose_shard()
{
	local case_ all n sum=none times=$logs/$name.times

	all=$(wc -l <"$tmp/list")
	[ ! -f "$times" ] || sum=$(cksum <"$times" | cut -d' ' -f1)
	scripts/run/report shard "$shard" "$tmp/list" "$times" >"$tmp/part" || die "cannot choose the shard"
	args=()
	while read -r case_; do
		[ -z "$case_" ] || args+=(-t "$case_")
	done <"$tmp/part"
	n=$((${#args[@]} / 2))
	[ -z "$mode" ] || args+=(--mode "$mode")
	[ -z "$memory" ] || args+=("$memory")
	grep . "$tmp/part" >"$tmp/list"
	say "$label: shard $shard has $n of $all cases, by the times $sum; all shards must say the same times"
	[ "$n" -gt 0 ]
}

# graphs DIR: remove the graphs of the last run, and have those of failing cases drawn
graphs()
{
	rm -f "$1"/*.dot "$1"/*.svg
	args+=(--dot "$1")
}

# outside STATUS: vma_test ended for the machine's sake, or was ended by somebody. Fills
# reason. What it dies of by itself, as by SIGSEGV, may well be the code's fault.
outside()
{
	reason=$(tail -n 1 "$tmp/err")
	case $1 in
	2) reason=${reason#*: } ;;
	129 | 130 | 131 | 137 | 141 | 143 | 152 | 153)
		reason="vma_test was ended by SIG$(kill -l $(($1 - 128)))" ;;
	*) return 1 ;;
	esac
	reason=${reason:-vma_test ended with status 2}
}

# With --full: fail for a case that takes more than a tenth of its limit, as a slower machine
# would take it for one that hangs. Limits count CPU time, so that other load matters little.
near_its_limit()
{
	local limit took case_

	read -r limit took case_ < <(sed -n \
		's/^# nearest to its limit of \([0-9]*\) s: \(.*\), \([0-9.]*\) s of .*/\1 \3 \2/p' "$logs/$name.ktap")
	[ -n "${case_:-}" ] || return 0
	say "$label: nearest to its limit of $limit s: $case_, $took s of CPU time"
	took=${took/./}	# milliseconds
	[ $((10#$took)) -gt $((limit * 100)) ] || return 0
	fail "$case_" "a run of it takes more than a tenth of its limit of $limit s" "$bin -t $case_ --slowest 1"
	return 1
}

run_one()
{
	local start end rc=0 args total case_ reason repeat fault p f s

	choose_cases
	bin=${out#"$top/"}/$program
	drop_globs
	"$bin" --list ${args[@]+"${args[@]}"} >"$tmp/list" 2>"$tmp/err" || rc=$?
	if [ "$rc" != 0 ]; then
		reason=$(head -n 1 "$tmp/err")
		[[ $reason != *'no test matches'* ]] || { unmatched=${reason#*: }; return 1; }
		[ "$rc" != 2 ] || { unjudged "$label: ${reason:-no message}"; return 0; }
		broken vma_test "--list: ${reason:-no message}" "$(shell_words make "$program" "${vars[@]}") && $bin --list" "$build_time" 0.0
		return 0
	fi
	ran=y
	[ -z "$shard" ] || choose_shard || { unmatched="shard $shard is empty"; return 1; }
	listed=$(wc -l <"$tmp/list")
	args+=(-j "$jobs" --junit "$tmp/junit.xml")
	[ -z "$full" ] || args+=(--slowest 10)
	[ -z "$html" ] || graphs "$html/$name.graphs"
	show "$label: running $listed cases"
	now start
	run "$tmp/ktap" "$tmp/err" testing "$bin" "${args[@]}"
	rc=$?
	now end
	if outside "$rc"; then
		publish ktap "$logs/$name.ktap"
		unjudged "$label: $reason"
		return 0
	fi
	read_log "$tmp/ktap"
	read_total
	while IFS=$'\t' read -r case_ reason repeat; do
		fail "$case_" "$reason" "$repeat"
	done < <(lines_of failed)
	skips+=$(lines_of skipped | awk -F'\t' -v OFS='\t' -v label="$label" '{ print label, $2, $1 }')$'\n'
	publish ktap "$logs/$name.ktap"
	total=$((${p:-0} + ${f:-0} + ${s:-0}))
	# Require that the log is whole, has all cases, and agrees with the exit status.
	if [ -n "$fault" ] || [ $total != "$listed" ] || [ $rc != $((f > 0)) ]; then
		reason=$(tail -n 1 "$tmp/err")
		reason=${reason:-$fault}
		[ $rc -le 128 ] || reason="killed by SIG$(kill -l $((rc - 128)))${reason:+; $reason}"
		[ $rc -gt 128 ] || reason="exit status $rc${reason:+; $reason}"
		[ -f "$tmp/junit.xml" ] || [ -z "$junit" ] || write_junit vma_test "$reason"
		fail vma_test "$total results of $listed cases; $reason" "$bin ${args[*]}"
		f=$((${f:-0} + 1))
	fi
	near_its_limit || f=$((f + 1))
	say "$label: ${p:-0} passed, $f failed, ${s:-0} skipped in $(seconds $((end - start))) s (built in $build_time s)"
	ran_ms=$((ran_ms + end - start))
	# Note the times of whole runs only: all shards have to be cut by the same times.
	[ -n "$shard" ] || [ ${#globs[@]} -gt 0 ] || [ $rc -gt 1 ] ||
		scripts/run/report times "$tmp/junit.xml" "$logs/$name.times"
	rows+=("$kernel $variant ${p:-0} $f ${s:-0} $build_time $(seconds $((end - start)))")
	passed=$((passed + ${p:-0})) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
}

test_one()
{
	local rc

	kernel=$1 compiler=$2 flavour=$3 variant=$3
	[ "$compiler" = gcc ] || variant=${compiler##*/} variant=${variant//[!A-Za-z0-9.+_-]/_}-$flavour
	label="$kernel $variant"
	build_one
	rc=$?
	if [ $rc -gt 1 ]; then
		unjudged "$label: $reason"
	elif [ $rc = 1 ]; then
		broken build "$reason" "$(shell_words make "$program" "${vars[@]}")" "$build_time" 0.0
		clear_line
		grep -v '^make' "$logs/$name.build" | grep -v '^  [A-Z]' | head -n 20 | sed 's/^/    /'
	elif ! run_one; then
		left_out+=("$label: $unmatched")
	fi
	pages+=("$name=$logs/$name.ktap")
	[ -z "$junit" ] || publish junit.xml "$junit/$name.xml"
	release_lock
}


#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds and runs the tests with each chosen kernel and variant, and sums up.
# One that does not build, or ends without results, counts as a failed test.

set -u
export LC_ALL=C
unset MAKEFLAGS MAKELEVEL

invoked_in=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2
top=$PWD

# The kernels of scripts/versions that all tests are to pass with, newest first.
supported=(7.3 7.2 6.12)
# What --variant knows; the first are run by default.
variants=(asan tsan plain cov)
# What runs by default, with the newest kernel and with the older ones
newest_variants=(asan tsan)
older_variants=(plain)
declare -A about=(
	[cov]='counts what the tests reach and finds no more than plain'
	[clang]='asan once more, by the other compiler'
)

usage()
{
	cat <<-EOF
	Usage: ./run_tests.sh [OPTION]...
	Build and run the unit tests with kernels and variants, and sum up.

	What to run:
	      --kernel=LIST   kernels, separated by commas, or "all"
	                      (supported: ${supported[*]})
	      --kdir=DIR      a kernel source tree of your own instead
	      --variant=LIST  variants, separated by commas, or "all"
	                      (known: ${variants[*]})
	      --cc=CC         compile with CC (default: gcc)
	  -t, --test=GLOB     only the cases whose SUITE.CASE matches GLOB, or a whole
	                      suite; may be given more than once
	      --full          all supported kernels, all variants, and clang
	      --quick         the newest kernel, asan only
	By default the newest kernel runs as ${newest_variants[*]}, the older ones that are here as ${older_variants[*]};
	of --kernel and --variant alone, the other is ${newest_variants[*]}, and the newest.

	How to run it:
	  -j, --jobs=N        compile and test so many files and cases at a time
	                      (default: online CPUs)
	      --junit=DIR     write a JUnit XML report of each kernel and variant to DIR
	  -h, --help          show this help and exit

	The environment variables KDIR and CC are defaults of --kdir and --cc; the
	kernels come from \$VMA_SHIM_CACHE, or .cache, where "make deps" puts them.
	The logs are left in build/logs/, KERNEL-VARIANT.ktap and .build.  What is not
	run is said at the end.  The last line is the total.

	Exit status: 0 if no test failed, 1 if one did or something did not build,
	2 for a wrong usage or environment, 128+N if ended by signal N.
	EOF
}

die()
{
	clear_line
	printf 'run_tests.sh: %s\n' "$1" >&2
	exit 2
}

# ---- the live line, only on a terminal

live=
[ -t 1 ] && live=y

clear_line()
{
	[ -z "$live" ] || printf '\r\033[K'
}

say()
{
	clear_line
	printf '%s\n' "$*"
}

# Longer lines may wrap, and then cannot be erased.
show()
{
	[ -z "$live" ] || printf '\r%.79s\033[K' "$1"
}

now()	# in milliseconds
{
	printf -v "$1" %s $((${EPOCHREALTIME/./} / 1000))
}

# ---- processes: each step is a process group of its own, so as to end it all

job='' tmp=''

cleanup()
{
	local i

	trap '' INT TERM HUP
	if [ -n "$job" ]; then
		kill -INT -- "-$job" 2>/dev/null
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
	printf 'run_tests.sh: interrupted; the total is not known\n' >&2
	exit "$1"
}

trap cleanup EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
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

testing()
{
	show "$label: $(grep -cE '^    (not )?ok ' "$1") of $listed cases, $(grep -c '^    not ok ' "$1") failed"
}

# ---- results

rows=() failures=() left_out=() skips=
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

# ---- one kernel and variant

# Fills reason with the line of a failed build that tells most.
build_reason()
{
	reason=$(grep -m 1 -E '(error|Error): |No space left|undefined symbols' "$1") ||
		reason=$(grep -m 1 '^build: ' "$1") ||
		reason=$(grep -m 1 . "$1") || reason='no message'
	reason=${reason#"$top/"}
}

vars=()
build_one()
{
	local start end rc

	vars=(VARIANT="$flavour" CC="$compiler")
	if [ -n "$kdir" ]; then
		vars+=(KDIR="$kdir")
	else
		vars+=(KERNEL="$kernel")
	fi
	out=$(make -s print-out "${vars[@]}" 2>"$tmp/err") ||
		die "$(grep -m 1 '^[a-z]*: [^*]' "$tmp/err" || head -n 1 "$tmp/err")"
	name=${out#"$top"/build/}
	name=${name%%/*} name=${name#linux-}-$variant
	rm -f "$logs/$name.ktap"
	show "$label: building"
	now start
	run "$tmp/build" "$tmp/build.err" compiling make "${vars[@]}" JOBS="$jobs" LINK=no
	rc=$?
	now end
	build_time=$(seconds $((end - start)))
	cat "$tmp/build.err" >>"$tmp/build"
	build_reason "$tmp/build.err"
	publish build "$logs/$name.build"
	return $rc
}

run_one()
{
	local start end rc args=() total case_ reason repeat p=0 f=0 s=0

	for glob in ${globs[@]+"${globs[@]}"}; do
		args+=(-t "$glob")
	done
	bin=${out#"$top/"}/vma_test
	if ! "$bin" --list ${args[@]+"${args[@]}"} >"$tmp/list" 2>"$tmp/err"; then
		reason=$(head -n 1 "$tmp/err")
		[[ $reason != *'no test matches'* ]] || { unmatched=${reason#*: }; return 1; }
		broken vma_test "--list: ${reason:-no message}" "make ${vars[*]} && $bin --list" "$build_time" 0.0
		return 0
	fi
	listed=$(wc -l <"$tmp/list")
	ran=y
	args+=(-j "$jobs")
	[ -z "$junit" ] || args+=(--junit "$tmp/junit.xml")
	show "$label: running $listed cases"
	now start
	run "$tmp/ktap" "$tmp/err" testing "$bin" "${args[@]}"
	rc=$?
	now end
	read -r p f s < <(sed -n '$s/^total: \([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$tmp/ktap")
	while IFS=$'\t' read -r case_ reason repeat; do
		fail "$case_" "$reason" "$repeat"
	done < <(failed_cases "$tmp/ktap")
	skips+=$(skipped_cases "$tmp/ktap")$'\n'
	publish ktap "$logs/$name.ktap"
	total=$((${p:-0} + ${f:-0} + ${s:-0}))
	# The program's own word is not enough: its end must agree with it.
	if [ -z "${s:-}" ] || [ $total != "$listed" ] || [ $rc != $((f > 0)) ] || [ $total = 0 ]; then
		reason=$(tail -n 1 "$tmp/err")
		[ $rc -le 128 ] || reason="killed by SIG$(kill -l $((rc - 128)))${reason:+; $reason}"
		[ $rc -gt 128 ] || reason="exit status $rc${reason:+; $reason}"
		[ -f "$tmp/junit.xml" ] || [ -z "$junit" ] || write_junit vma_test "$reason"
		fail vma_test "$total results of $listed cases; $reason" "$bin ${args[*]}"
		f=$((${f:-0} + 1))
	fi
	say "$label: ${p:-0} passed, $f failed, ${s:-0} skipped in $(seconds $((end - start))) s (built in $build_time s)"
	rows+=("$kernel $variant ${p:-0} $f ${s:-0} $build_time $(seconds $((end - start)))")
	passed=$((passed + ${p:-0})) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
}

test_one()
{
	kernel=$1 compiler=$2 flavour=$3 variant=$3
	[ "$compiler" = gcc ] || variant=${compiler##*/} variant=${variant//[!A-Za-z0-9.+_-]/_}-$flavour
	label="$kernel $variant"
	if ! build_one; then
		broken build "$reason" "make ${vars[*]}" "$build_time" 0.0
		clear_line
		grep -v '^make' "$logs/$name.build" | grep -v '^  [A-Z]' | head -n 20 | sed 's/^/    /'
	elif ! run_one; then
		left_out+=("$label: $unmatched")
	fi
	[ -z "$junit" ] || publish junit.xml "$junit/$name.xml"
}

# ---- the command line

# choose WHAT LIST KNOWN...: fills chosen with the items of LIST
choose()
{
	local what=$1 list=$2 item
	shift 2

	chosen=()
	[ "$list" != all ] || { chosen=("$@"); return; }
	for item in ${list//,/ }; do
		[[ " $* " = *" $item "* ]] || die "unknown $what '$item'; choose from: $*, or all"
		[[ " ${chosen[*]-} " = *" $item "* ]] || chosen+=("$item")
	done
	[ ${#chosen[@]} -gt 0 ] || die "no $what is named; choose from: $*, or all"
}

kernels='' kdir='' variant_list='' compiler_=${CC:-} junit='' jobs='' full='' quick='' globs=()
while [ $# -gt 0 ]; do
	case $1 in
	--*=*)
		[[ $1 != --full=* && $1 != --quick=* && $1 != --help=* ]] ||
			die "${1%%=*} takes no value; see ./run_tests.sh --help"
		set -- "${1%%=*}" "${1#*=}" "${@:2}"
		;;
	-[jt]?*) set -- "${1:0:2}" "${1:2}" "${@:2}" ;;
	esac
	case $1 in
	--kernel | --kdir | --variant | --cc | --test | -t | --jobs | -j | --junit)
		[ -n "${2:-}" ] || die "$1 needs a value; see ./run_tests.sh --help" ;;
	esac
	case $1 in
	--kernel) kernels=$2; shift ;;
	--kdir) kdir=$2; shift ;;
	--variant) variant_list=$2; shift ;;
	--cc) compiler_=$2; shift ;;
	--test | -t) globs+=("$2"); shift ;;
	--jobs | -j)
		[[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || die "$1 needs a number from 1, not '$2'"
		jobs=$2
		shift
		;;
	--junit) junit=$2; shift ;;
	--full) full=y ;;
	--quick) quick=y ;;
	-h | --help) usage; exit 0 ;;
	*) die "unknown argument '$1'; see ./run_tests.sh --help" ;;
	esac
	shift
done

[ -z "$full" ] || [ -z "$quick" ] || die "--full and --quick exclude each other"
[ -z "$kernels" ] || [ -z "$kdir" ] || die "--kernel and --kdir exclude each other"
[ -n "$kernels" ] || kdir=${kdir:-${KDIR:-}}
[[ -z $kdir || $kdir = /* ]] || kdir=$invoked_in/$kdir
[[ -z $junit || $junit = /* ]] || junit=$invoked_in/$junit
jobs=${jobs:-$(nproc)}
# What is tested must not depend on these
unset CC KDIR KERNEL VARIANT CONFIG DEBUG LINK V

by_default=''
[ -n "$kernels$kdir$variant_list$full$quick" ] || by_default=y
[ -n "$full" ] && kernels=${kernels:-all} variant_list=${variant_list:-all}
[ -n "$quick" ] && variant_list=${variant_list:-asan}
if [ -n "$kdir" ]; then
	todo_kernels=("$(scripts/kdir --kdir "$kdir" --version 2>&1)") || die "${todo_kernels[0]#kdir: }"
else
	choose kernel "${kernels:-${supported[0]}}" "${supported[@]}"
	todo_kernels=("${chosen[@]}")
	for k in ${by_default:+"${supported[@]:1}"}; do
		if scripts/kdir --kernel "$k" >/dev/null 2>&1; then
			todo_kernels+=("$k")
		else
			left_out+=("kernel $k: not here; make deps KERNEL=$k fetches it")
		fi
	done
fi
choose variant "${variant_list:-$(IFS=,; echo "${newest_variants[*]}")}" "${variants[@]}"
todo_variants=("${chosen[@]}")

# Kernel, compiler and variant of each run
runs=()
for k in "${todo_kernels[@]}"; do
	these=("${todo_variants[@]}")
	[ -z "$by_default" ] || [ "$k" = "${supported[0]}" ] || these=("${older_variants[@]}")
	for v in "${these[@]}"; do
		runs+=("$k|${compiler_:-gcc}|$v")
	done
	if [ -n "$full" ] && [ -z "$compiler_" ]; then
		if command -v clang >/dev/null; then
			runs+=("$k|clang|asan")
		else
			left_out+=("clang: not installed")
		fi
	fi
done
for k in "${supported[@]}"; do
	[ -n "$kdir$by_default" ] || [[ " ${todo_kernels[*]} " = *" $k "* ]] || left_out+=("kernel $k: not asked for")
done
while read -r k _; do
	[[ " ${supported[*]} " = *" $k "* ]] || left_out+=("kernel $k: not supported yet")
done < <(scripts/kdir --list)
for v in "${variants[@]}"; do
	[[ " ${runs[*]} " = *"|$v "* ]] || left_out+=("variant $v: ${about[$v]:-not asked for}")
done
[ -z "$by_default" ] || left_out+=("older kernels: variants other than ${older_variants[*]}")
[ -n "$full$compiler_" ] || left_out+=("clang: ${about[clang]}")
[ ${#globs[@]} = 0 ] || left_out+=("cases that match none of: ${globs[*]}")

# All that can be known before the first minutes are spent
command -v make >/dev/null || die "make is not installed; run scripts/deps"
for r in "${runs[@]}"; do
	IFS='|' read -r k c v <<<"$r"
	command -v "${c%% *}" >/dev/null || die "the compiler $c is not installed"
	[ -n "$kdir" ] || message=$(scripts/kdir --kernel "$k" 2>&1) || die "${message#kdir: }"
done
logs=$top/build/logs
mkdir -p "$logs" ${junit:+"$junit"} 2>/dev/null || die "cannot write to build/logs${junit:+ or $junit}"
tmp=$(mktemp -d "$logs/.tmp.XXXXXX" 2>/dev/null) || die "cannot write to build/logs; is the disk full?"
{ printf '%65536s' '' >"$tmp/space"; } 2>/dev/null || die "cannot write to build/logs; is the disk full?"

[ -z "$kdir" ] || say "kernel ${todo_kernels[0]}: $kdir"
ran='' unmatched=''
for r in "${runs[@]}"; do
	IFS='|' read -r k c v <<<"$r"
	rm -rf "${tmp:?}"/*
	test_one "$k" "$c" "$v"
done
[ -n "$ran" ] || [ "$failed" -gt 0 ] || die "$unmatched"

clear_line
printf '\n%-10s %-12s %7s %7s %7s %8s %8s\n' kernel variant passed failed skipped 'build s' 'run s'
for r in ${rows[@]+"${rows[@]}"}; do
	# shellcheck disable=SC2086 # its words are the columns
	printf '%-10s %-12s %7s %7s %7s %8s %8s\n' $r
done
echo
for f in ${failures[@]+"${failures[@]}"}; do
	printf '%s\n' "$f"
done
grep . <<<"$skips" | group_skips
for l in ${left_out[@]+"${left_out[@]}"}; do
	printf 'left out: %s\n' "$l"
done
printf 'total: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]

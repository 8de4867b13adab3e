# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of scripts/selftest: tmp, kdir, larger, verdict(), expect() and run()
#
# Tests of odd places and surroundings: another user's folder, what is read-only, work trees
# of git, two runs at once, other languages, small terminals.

# A build folder and a cache of logs that belong to somebody else
other_users_folder()
{
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups) out

	if [ "$(id -u)" != 0 ] || ! "${nobody[@]}" test -r Makefile 2>/dev/null; then
		echo 'left out: a folder of another user: needs root, and a checkout that all can read'
		return
	fi
	chmod 755 "$tmp"
	out=$(scripts/build/one print-out KDIR="$kdir") && mkdir -p "$out" build/logs
	"${nobody[@]}" make KDIR="$kdir" LINK=no >"$tmp/out" 2>"$tmp/err" </dev/null
	[ $? = 2 ] && grep -q '^build: environment: cannot write to .*: Permission denied' "$tmp/err"
	verdict 'a build folder of another user' $?
	"${nobody[@]}" ./run_tests.sh --kdir "$kdir" --variant plain >"$tmp/out" 2>"$tmp/err" </dev/null
	[ $? = 2 ] && [ "$(cat "$tmp/err")" = 'run_tests.sh: cannot write to build/logs: Permission denied' ]
	verdict 'run_tests.sh in a checkout of another user' $?
	"${nobody[@]}" ./run_tests.sh --kdir "$kdir" --series base..HEAD >"$tmp/out" 2>"$tmp/err" </dev/null
	[ $? = 2 ] && grep -q '^run_tests.sh: .*Permission denied' "$tmp/err" && [ "$(wc -l <"$tmp/err")" = 1 ]
	verdict 'a series in a checkout of another user' $?
}

# A tree and a home that nobody can write to, root included
read_only_places()
{
	if ! unshare -m true 2>/dev/null; then
		echo 'left out: a tree on a read-only file system: needs root'
		return
	fi
	# shellcheck disable=SC2016 # of the inner shell
	run 'a tree and a home that are read-only' unshare -m bash -c 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" &&
		mkdir "$2/home" && mount -t tmpfs -o ro none "$2/home" || exit 9
		export HOME=$2/home
		! touch "$1/x" "$HOME/x" 2>/dev/null || exit 9
		./run_tests.sh --kdir "$1" --series base..HEAD | tee "$2/said"
		grep -E "^01 +yes" "$2/said"' _ "$kdir" "$tmp"
}

# A work tree of git, whose .git is a file, with changes that are not committed
work_tree()
{
	local tree=$tmp/selftest-worktree

	git -C "$kdir" worktree add -q --detach "$tree" HEAD || return 1
	echo '/* changed */' >>"$tree/mm/vma.c"
	expect 'a work tree of git with changes' 1 'uncommitted changes' --kdir "$tree" --series base..HEAD
	grep -qE '^01 +yes' "$tmp/out"
	verdict 'a work tree of git: its commits apply' $?
	git -C "$kdir" worktree remove --force "$tree"
}

# begins FILE: wait until it has something in it
begins()
{
	local i

	for ((i = 0; i < 200; i++)); do
		[ ! -s "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

# two_at_once FOLDER ARGUMENT...: the second says that it waits for the first, and goes on after it
two_at_once()
{
	local folder=$1 first second rc
	shift

	rm -f "$tmp/started" "$tmp/waits"
	env --default-signal=TERM ./run_tests.sh --kdir "$larger" --cc "$tmp/cc-waits" "$@" >/dev/null 2>&1 </dev/null &
	first=$!
	begins "$tmp/started" || return 1
	env --default-signal=TERM ./run_tests.sh --kdir "$larger" --cc "$tmp/cc-waits" "$@" >/dev/null 2>"$tmp/waits" </dev/null &
	second=$!
	begins "$tmp/waits" && rm -f "$tmp/started"
	kill $first
	wait $first
	begins "$tmp/started"
	rc=$?
	kill $second
	wait $second
	cat "$tmp/waits"
	[ $rc = 0 ] && [[ $(head -n 1 "$tmp/waits") =~ ^run_tests.sh:\ waits\ for\ process\ $first,\ which\ runs\ $folder ]]
}

# one_that_waits_ends: a signal ends a run that waits for another, at once
one_that_waits_ends()
{
	local first second rc began

	rm -f "$tmp/started" "$tmp/waits"
	env --default-signal=TERM ./run_tests.sh --kdir "$larger" --cc "$tmp/cc-waits" --variant plain >/dev/null 2>&1 </dev/null &
	first=$!
	begins "$tmp/started" || return 1
	env --default-signal=TERM ./run_tests.sh --kdir "$larger" --cc "$tmp/cc-waits" --variant plain >/dev/null 2>"$tmp/waits" </dev/null &
	second=$!
	begins "$tmp/waits"
	began=$SECONDS
	kill $second
	wait $second
	rc=$?
	kill $first
	wait $first
	[ $rc = 143 ] && [ $((SECONDS - began)) -le 4 ]
}

# The compiler speaks English, whatever the caller does: its messages are read
speaks_english()
{
	fake_cc cc-language "echo \$LC_ALL >$tmp/language; exit 1"
	LC_ALL=de_DE.UTF-8 LANGUAGE=de make KDIR="$larger" CC="$tmp/cc-language" LINK=no >/dev/null 2>&1 </dev/null
	cat "$tmp/language"
	[ "$(cat "$tmp/language")" = C ]
}

# Half a minute of two cores, so only with --full
runs_at_once()
{
	[ -d "${larger:-}" ] || make_larger_tree
	# shellcheck disable=SC2016
	fake_cc cc-waits "echo \$\$ >$tmp/started; exec sleep 60"
	run 'two runs at once' two_at_once 'the tests of build/selftest-larger' --variant plain
	run 'two series at once' two_at_once '--series in build/series/selftest-larger' --variant plain --series HEAD~1..HEAD
	run 'a run that waits for another is ended' one_that_waits_ends
}

places()
{
	[ -d "${larger:-}" ] || make_larger_tree
	other_users_folder
	read_only_places
	work_tree
	run 'the language of the caller' speaks_english
	run 'lines of progress on a terminal of 20 columns' python3 -B scripts/run/terminal_test.py "$kdir"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of scripts/selftest: tmp, and run()
#
# Tests that take minutes: bisects and a series of real trees, with real builds.

# bisect_history DIR ARG...: bisect from good to bad; leaves the exit statuses in $tmp/codes.
bisect_history()
{
	local history=$1
	shift

	: >"$tmp/codes"
	cat >"$tmp/step" <<-EOF
	#!/bin/sh
	"$PWD/run_tests.sh" --bisect --kdir . "\$@"
	rc=\$?
	echo \$rc >>"$tmp/codes"
	exit \$rc
	EOF
	chmod +x "$tmp/step"
	git -C "$history" bisect start bad good >/dev/null &&
		(cd "$history" && time git bisect run "$tmp/step" "$@")
	[ "$(git -C "$history" rev-parse refs/bisect/bad)" = "$(git -C "$history" rev-parse culprit)" ] &&
		! grep -vxE '0|1|125' "$tmp/codes" &&
		git -C "$history" bisect log | grep -q '^# first bad commit: '
}

# Bisect with a program that dies before its first case, and with a signal while it runs
bisect_of_the_dying()
{
	local history=$1 pid rc

	ASAN_OPTIONS=handle_segv=neither ./run_tests.sh --bisect --kdir "$history" -t 'merge_existing.*'
	rc=$?
	echo "a program that dies at once: exit status $rc"
	[ $rc = 125 ] || return 1
	for signal in INT TERM HUP ABRT; do
		env --default-signal=INT,TERM,HUP,ABRT ./run_tests.sh --bisect --kdir "$history" -t 'merge_existing.*' &
		pid=$!
		sleep 1
		kill "-$signal" "$pid"
		wait "$pid"
		rc=$?
		echo "SIG$signal: exit status $rc"
		[ $rc = 125 ] || return 1
	done
}

# Bisect with a program that is killed in the middle
bisect_of_the_killed()
{
	local history=$1 pid child='' rc i

	./run_tests.sh --bisect --kdir "$history" -t 'merge*' &
	pid=$!
	for ((i = 0; i < 3000; i++)); do
		for child in $(ps -o pid= --ppid "$pid"); do
			case $(tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null) in
			*--list*) ;;	# the run comes after it
			*/vma_part\ *) break 2 ;;
			esac
		done
		sleep 0.1
	done
	kill -SEGV "$child"
	wait "$pid"
	rc=$?
	echo "a program that is killed: exit status $rc"
	[ $rc = 125 ]
}

# Run the culprit as one of a series: it is found, named, and in each of the reports
series_of_history()
{
	local history=$1 rc

	./run_tests.sh --kdir "$history" --series culprit~2..culprit -t 'merge_existing.*' \
		--html "$tmp/html" --junit "$tmp/junit"
	rc=$?
	[ $rc = 1 ] && python3 -B - "$tmp" <<-'EOF'
	import html.parser, json, sys, xml.etree.ElementTree as ET
	home = sys.argv[1]
	data = json.load(open(home + '/html/results.json'))
	base, innocent, culprit = data['patches']
	assert data['whole'] and innocent['verdict'] == 'fine' and not innocent['newly_failing']
	assert culprit['verdict'] == 'breaks cases' and culprit['failed'] == len(culprit['newly_failing'])
	suites = list(ET.parse(home + '/junit/series.xml').iter('testsuite'))
	assert [int(s.get('failures')) for s in suites] == [0, 0, culprit['failed']]
	class Page(html.parser.HTMLParser):
	    ids, links = set(), set()
	    def handle_starttag(self, tag, attrs):
	        attrs = dict(attrs)
	        self.ids.add((self.name, attrs.get('id')))
	        self.links.add(attrs.get('href'))
	page = Page()
	for page.name in ('index.html', '00-base.html', '01.html', '02.html'):
	    page.feed(open(f'{home}/html/{page.name}').read())
	for link in page.links - {None}:
	    name, _, mark = link.partition('#')
	    assert not mark or (name, mark) in page.ids, link
	    assert mark or name in {n for n, _ in page.ids}, link
	EOF
}

# Compare the cases of vma_part with those of vma_test for some globs.
parts_have_all()
{
	local out glob files

	make vma_test LINK=no VARIANT=asan LAZY=0 || return 1
	out=$(make -s print-out VARIANT=asan LAZY=0)
	for glob in 'merge*' 'race_*' 'stack.*' 'swap' 'm?g*'; do
		make vma_part LINK=no VARIANT=asan LAZY=0 TESTS="$glob" || return 1
		diff <("$out/vma_test" --list -t "$glob") <("$out/vma_part" --list -t "$glob") || return 1
	done
	"$out/vma_test" --list | cut -d. -f1 | sort -u | while read -r glob; do
		files=$(scripts/build/parts "$glob.*" | wc -l)
		[ "$files" -gt 0 ] && [ "$files" -lt 20 ] || looks_at_all "$glob" || echo "$glob: $files files"
	done | grep . && return 1
	return 0
}

# looks_at_all SUITE: has it a case that needs all others in the program?
looks_at_all()
{
	grep -l 'mode_lacks(' tools/testing/vma/*/*.c | xargs grep -qE "\(${1%@lazy},"
}

# Edit one file: nothing else is compiled again.
quick_builds_little()
{
	local history=$1

	git -C "$history" checkout -q -f bad
	./run_tests.sh --kdir "$history" --quick -t 'split.*' || return 1
	echo '/* edited */' >>"$history/mm/vma.c"
	./run_tests.sh --kdir "$history" --quick -t 'split.*' || return 1
	cat build/logs/"${history##*/}"*-asan.build
	[ "$(grep -h '^  CC ' build/logs/"${history##*/}"*-asan.build | tr -s ' ')" = ' CC 1/2 mm/vma.c' ]
	git -C "$history" checkout -q -f bad
}

# Make a case hang: the log has the stack of each thread
hang_says_where()
{
	local history=$1 out

	git -C "$history" checkout -q -f bad
	sed -i 's/new->vm_ops->open(new);/for (;;) cpu_relax();/' "$history/mm/vma.c"
	make vma_part LINK=no VARIANT=asan KDIR="$history" TESTS='split.*' || return 1
	git -C "$history" checkout -q -f bad
	out=$(make -s print-out VARIANT=asan KDIR="$history")
	"$out/vma_part" -t split.opens_the_new_part --timeout 2 | tee "$tmp/hang"
	grep -q 'timed out after 2 s' "$tmp/hang" && grep -q '  kunit_try_run_case+' "$tmp/hang" &&
		grep -qE '  (__)?split_vma\+' "$tmp/hang" && grep -q '  wait_for_completion_timeout+' "$tmp/hang"
}

# Make a case sleep for good: that is seen long before a time limit, and said
sleep_says_where()
{
	local history=$1 out begin=$SECONDS

	git -C "$history" checkout -q -f bad
	sed -i 's/new->vm_ops->open(new);/for (;;) { set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }/' \
		"$history/mm/vma.c"
	make vma_part LINK=no VARIANT=asan KDIR="$history" TESTS='split.*' || return 1
	git -C "$history" checkout -q -f bad
	out=$(make -s print-out VARIANT=asan KDIR="$history")
	begin=$SECONDS
	"$out/vma_part" -t split.opens_the_new_part --timeout 60 | tee "$tmp/sleep"
	grep -q 'hangs: all threads sleep, and none is left to wake one' "$tmp/sleep" &&
		grep -qE '  (__)?split_vma\+' "$tmp/sleep" && [ $((SECONDS - begin)) -lt 60 ]
}

full()
{
	local history=$tmp/selftest-history

	runs_at_once
	run 'a history of two kernels' scripts/make-history --broken 3 --headers 5 "$history"
	run 'bisect: to the culprit, with commits that do not build' bisect_history "$history" -t 'merge_existing.*'
	grep -E '^(real|user)' "$tmp/err"
	git -C "$history" bisect reset >/dev/null 2>&1
	git -C "$history" checkout -q -f culprit~1
	run 'bisect: one case decides' bisect_history "$history" --bisect-baseline merge_existing.by_madvise_head
	git -C "$history" checkout -q -f culprit~1
	run 'bisect: programs that die' bisect_of_the_dying "$history"
	run 'bisect: a program that is killed' bisect_of_the_killed "$history"
	run 'series: the culprit in each report' series_of_history "$history"
	run '--quick builds what changed' quick_builds_little "$history"
	run 'a hang says where it is' hang_says_where "$history"
	run 'a sleep for good says where it is' sleep_says_where "$history"
	expect 'a glob of several that matches nothing' 2 "no test matches 'mprotect.nosuch\*' in any run" \
		--kernel 7.3 --variant plain -t mprotect -t 'mprotect.nosuch*'
	run 'vma_part has the cases of its globs' parts_have_all
	run 'pictures of what fails, and of what crashes' python3 -B scripts/run/pictures_test.py
}

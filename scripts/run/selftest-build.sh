# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # of scripts/selftest: tmp, kdir, verdict(), expect() and run()
#
# Tests of make: variables are data, a build ends with who has started it, and what the
# machine lacks is no verdict on the code.

# make_says NAME PATTERN VARIABLE...: make ends with 2 and one line of ours, and runs nothing
# that a value has in it
make_says()
{
	local name=$1 pattern=$2 rc
	shift 2

	rm -f "$tmp/owned"
	timeout -s KILL 50 make "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	rc=$?
	[ $rc = 2 ] && grep -qE -- "$pattern" "$tmp/err" && [ ! -e "$tmp/owned" ] &&
		[ "$(grep -vc '^make' "$tmp/err")" = 1 ]
	verdict "$name: exit status $rc, wants 2, /$pattern/ and nothing else" $?
}

variables_are_data()
{
	local bad=$tmp/"x'; touch $tmp/owned; '" name

	make_says 'KDIR with a quote and a command' "KDIR $tmp/x'; touch .* does not exist" KDIR="$bad"
	make_says 'KDIR with a dollar sign' "KDIR $tmp/a\\\$b does not exist" KDIR="$tmp/a\$b"
	make_says 'KDIR with a command substitution' 'does not exist' KDIR="$tmp/\$(touch $tmp/owned)\`touch $tmp/owned\`"
	mkdir -p "$tmp/a\`b" && cp -r "$tmp/selftest-plain" "$tmp/a\`b/tree"
	make_says 'KDIR that make cannot use' 'make cannot use the path' KDIR="$tmp/a\`b/tree"
	make_says 'CONFIG with a path' "no such CONFIG '../configs/core': choose one of 'core' 'full' 'rt'" CONFIG=../configs/core
	make_says 'CONFIG with more that is none' "no such CONFIG 'lockdep': choose one of" CONFIG=full+lockdep
	for name in VARIANT DEBUG LOCKDEP LAZY QUICK V LINK; do
		make_says "$name that is none" "no such $name 'a;touch.*: choose one of" "$name=a;touch $tmp/owned"
	done
	make_says 'UPTO that is no number' 'is not a number' LAZY=1 KDIR="$kdir" UPTO=";touch $tmp/owned"
	for name in 0 -1 x 1.5 99999 "1;touch $tmp/owned"; do
		make_says "JOBS=$name" 'is no number from 1 to 9999' JOBS="$name"
	done
	make_says 'KERNEL that is none' 'kernel .* is not known' KERNEL="7.3;touch $tmp/owned"
	make_says 'CC with a command' 'has a character' CC="gcc;touch $tmp/owned"
	make_says 'flags with a command' 'has a character' URCU_CFLAGS="\`touch $tmp/owned\`"
	make_says 'deps: KERNEL with a command' 'not known' deps KERNEL="1.1;touch $tmp/owned"
	make_says 'mutants: KDIR with a command' 'does not exist' mutants KDIR="$bad"
	make_says 'coverage: CONFIG with a command' "invalid choice|no such|error" coverage CONFIG="x;touch $tmp/owned"
	make_says 'ARGS with half a quote' 'a quote has no end' mutants ARGS="--list 'x"
	make_says 'a compiler that fails' 'CC=false is no C compiler' KDIR="$kdir" CC=false
	make_says 'a compiler that says nothing' 'CC=true is no C compiler' KDIR="$kdir" CC=true
	make_says 'a compiler that is another program' 'CC=/bin/ls is no C compiler' KDIR="$kdir" CC=/bin/ls
	make_says 'a compiler that is not there' 'nosuchcc is not installed' KDIR="$kdir" CC=nosuchcc
	make_says 'liburcu that is not there' "liburcu's headers are missing" KDIR="$kdir" URCU_CFLAGS=-nostdinc
}

# Give ARGS to a command as the words that they are.
words_of_args()
{
	[ "$(ARGS="--only 'a b' \"c;d\" \$HOME *" scripts/build/with-args printf '<%s>')" = \
		"<--only><a b><c;d><\$HOME><*>" ] && [ "$(ARGS='' scripts/build/with-args printf '<%s>' x)" = '<x>' ]
}

# fake_cc NAME COMMANDS: a compiler that compiles nothing: it does the commands instead
fake_cc()
{
	cat >"$tmp/$1" <<-EOF
	#!/bin/bash
	case " \$* " in
	*' -c '* | *' -S '*) ;;
	*) exec gcc "\$@" ;;
	esac
	$2
	EOF
	chmod +x "$tmp/$1"
}

# A tree in which each file of the subject has a comment in it, so that a build comes as far
# as the compiler
make_larger_tree()
{
	local f

	larger=$tmp/selftest-larger
	cp -r "$kdir" "$larger"
	while read -r f; do
		mkdir -p "$larger/${f%/*}"
		[ -e "$larger/$f" ] || echo "/* $f */" >"$larger/$f"
	done < <(sed 's/#.*//' configs/*.files | tr -s ' \t' '\n' | grep /)
	mkdir -p "$larger/include/uapi/asm-generic"
	: >"$larger/include/uapi/asm-generic/Kbuild"

	git -C "$larger" add -A
	git -C "$larger" commit -qm "mm: more"
	git -C "$larger" commit -q --allow-empty -m "mm: nothing"
}

# lacking NAME COMMANDS: a compiler that ends so is no verdict
lacking()
{
	fake_cc cc-lacks "$2"
	timeout -s KILL 50 make KDIR="$larger" CC="$tmp/cc-lacks" LINK=no >"$tmp/out" 2>"$tmp/err" </dev/null
	[ $? = 2 ] && grep -q 'build: environment: .*; this is no fault of the code' "$tmp/err" &&
		! grep -q 'does not compile' "$tmp/err"
	verdict "$1, in make" $?
}

# The same in a matrix, a series and a bisect
lacking_everywhere()
{
	local name=$1

	lacking "$name" "$2"
	expect "$name, in a matrix" 2 'environment: ' --kdir "$larger" --variant plain --cc "$tmp/cc-lacks"
	! grep -q '^total: ' "$tmp/out"
	verdict "$name, in a matrix: no total" $?
	mkdir -p "$tmp/trees" && ln -sfn "$larger" "$tmp/trees/larger"
	expect "$name, of a folder of trees" 2 'larger: environment: ' --trees "$tmp/trees" --cc "$tmp/cc-lacks"
	expect "$name, in a series" 2 'environment: ' --kdir "$larger" --variant plain --series HEAD~1..HEAD --cc "$tmp/cc-lacks"
	expect "$name, in a bisect" 125 'cannot be judged: .*environment: ' --bisect --kdir "$larger" --variant plain --cc "$tmp/cc-lacks"
}

# what_lacks TEXT: do scripts/build/environment and its users take it for the machine's fault?
what_lacks()
{
	printf '%s\n' "$1" | scripts/build/environment 2>/dev/null
	[ $? = 3 ]
}

every_lack_is_known()
{
	local line

	while IFS= read -r line; do
		what_lacks "$line" || { echo "not known: $line"; return 1; }
	done <<-'EOF'
	cc1: fatal error: error writing to /tmp/ccx.s: No space left on device
	/tmp/ccx.s: Assembler messages:: fatal error: No space left on device
	/tmp/ccx.s: Fatal error: can't write 12 bytes to section .text of x.o: 'No space left on device'
	/usr/bin/ld: final link failed: No space left on device
	collect2: fatal error: ld terminated with signal 9 [Killed]
	gcc: fatal error: Killed signal terminated program cc1
	x.c:1:1: internal compiler error: Segmentation fault
	cc1: out of memory allocating 65536 bytes after a total of 1 bytes
	virtual memory exhausted: Cannot allocate memory
	gcc: fatal error: cannot execute 'cc1': vfork: Resource temporarily unavailable
	sh: 1: Cannot fork: Cannot allocate memory
	x.c:3:10: fatal error: mm.h: Too many open files
	make: *** [rules.mk:1: x.o] Killed
	make: *** [rules.mk:1: x.o] Error 137
	scripts/build/mkgen: line 119: 12699 File size limit exceeded/usr/bin/gcc -S x.c
	Killed
	LLVM ERROR: out of memory
	clang: error: unable to execute command: Killed
	OSError: [Errno 28] No space left on device: '/x'
	mkdir: cannot create directory 'x': Disk quota exceeded
	fatal: Out of memory, malloc failed (tried to allocate 12 bytes)
	EOF
	while IFS= read -r line; do
		! what_lacks "$line" || { echo "the code's own: $line"; return 1; }
	done <<-'EOF'
	mm/oom_kill.c:3:2: error: #error No space left: Killed
	mm/oom_kill.c:3:2: error: 'Killed' undeclared
	   12 |         pr_err("x: Out of memory: Killed
	make: *** [rules.mk:1: x.o] Error 1
	mm/vma.c:3:2: error: static assertion failed: "out of memory"
	EOF
}

# Fill the folder of the objects, really.
full_disk()
{
	local out rc

	if ! unshare -m true 2>/dev/null || ! scripts/kdir --kernel 7.3 >/dev/null 2>&1; then
		echo 'left out: a full disk: needs root and the kernel 7.3'
		return
	fi
	out=$(scripts/build/one print-out KERNEL=7.3 LAZY=0 VARIANT=plain DEBUG=0 QUICK=1)
	mkdir -p "$out"
	# shellcheck disable=SC2016 # of the inner shell
	unshare -m bash -c 'mount -t tmpfs -o size=4m none "$1" && exec make KERNEL=7.3 LAZY=0 VARIANT=plain DEBUG=0 QUICK=1 LINK=no' _ "$out" \
		>"$tmp/out" 2>"$tmp/err" </dev/null
	rc=$?
	rmdir "$out" 2>/dev/null
	[ $rc = 2 ] && grep -q '^build: environment: .*No space left on device' "$tmp/err" &&
		! grep -q 'does not compile' "$tmp/err"
	verdict "a disk that fills up: exit status $rc" $?
}

# ends_with_make SIGNAL: send it to make while a compiler is at work; both must be gone soon
ends_with_make()
{
	local signal=$1 pid cc i

	rm -f "$tmp/started"
	set -m
	env --default-signal=INT,TERM,HUP make KDIR="$larger" CC="$tmp/cc-waits" LINK=no >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	set +m
	for ((i = 0; i < 200; i++)); do
		[ ! -s "$tmp/started" ] || break
		sleep 0.1
	done
	cc=$(cat "$tmp/started") || return 1
	kill "-$signal" "$pid"
	for ((i = 0; i < 60; i++)); do
		kill -0 "$cc" 2>/dev/null || break
		sleep 0.1
	done
	wait "$pid"
	! kill "$cc" 2>/dev/null
}

# Wait for another build, and say for which.
says_what_it_waits_for()
{
	local pid other rc i

	rm -f "$tmp/started"
	make KDIR="$larger" CC="$tmp/cc-waits" LINK=no >/dev/null 2>&1 </dev/null &
	pid=$!
	for ((i = 0; i < 200; i++)); do
		[ ! -s "$tmp/started" ] || break
		sleep 0.1
	done
	make KDIR="$larger" CC="$tmp/cc-waits" LINK=no >"$tmp/waits" 2>&1 </dev/null &
	other=$!
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$tmp/waits" ] || break
		sleep 0.1
	done
	cat "$tmp/waits"
	[[ $(cat "$tmp/waits") =~ ^build:\ waits\ for\ process\ ([0-9]+),\ which\ builds\ in\ build/selftest-larger ]] &&
		[ "$(ps -o ppid= -p "${BASH_REMATCH[1]}" | tr -d ' ')" = $pid ]
	rc=$?
	kill $other $pid
	wait $other $pid
	return $rc
}

# Have a case twice: the linker's message names both places.
twice()
{
	local cc

	printf 'const int __shim_test_a__b_c = 1;\n' >"$tmp/one.c"
	printf '\n\nconst int __shim_test_a__b_c = 1;\nint main(void) { return 0; }\n' >"$tmp/two.c"
	for cc in gcc 'clang -fuse-ld=lld'; do
		command -v "${cc%% *}" "${cc##*=}" >/dev/null || continue
		# shellcheck disable=SC2086 # its words
		$cc -g -c "$tmp/one.c" -o "$tmp/one.o" && $cc -g -c "$tmp/two.c" -o "$tmp/two.o" || return 1
		# shellcheck disable=SC2086
		scripts/build/link $cc -o "$tmp/x" "$tmp/one.o" "$tmp/two.o" 2>"$tmp/link" && return 1
		cat "$tmp/link"
		[ "$(cat "$tmp/link")" = "build: the case a.b_c is there twice, in $tmp/one.c:1 and $tmp/two.c:3; rename one" ] || return 1
	done
}

# Say why many objects are made again, and say nothing of one whose inputs only have other times.
says_why_it_builds()
{
	local out=$tmp/why i

	mkdir -p "$out/obj/kernel"
	echo one >"$out/f.h"
	for i in 1 2 3 4 5 6; do
		echo x >"$out/obj/kernel/$i.o"
		printf '%s.o: %s\n' "$i" "$out/f.h" >"$out/obj/kernel/$i.o.d"
	done
	sleep 0.02
	for i in 1 2 3 4 5 6; do
		echo cmd >"$out/obj/kernel/$i.o.cmd"
	done
	echo 'gcc -O1' >"$out/flags"
	[ -z "$(scripts/build/objects stale "$out")" ] || return 1
	touch "$out/f.h"
	[ -z "$(scripts/build/objects stale "$out")" ] && [ -e "$out/obj/kernel/6.o" ] || return 1
	cp -r "$out" "$out.flags"
	echo two >"$out/f.h"
	scripts/build/objects stale "$out" | tee "$tmp/said"
	grep -q '^build: 6 objects are made again, as .*/why/f.h has changed$' "$tmp/said" || return 1
	echo 'gcc -O2' >"$out.flags/flags.new"
	scripts/build/objects stale "$out.flags" | tee "$tmp/said"
	grep -q '^build: 6 objects are made again, as flags, .*: -O2$' "$tmp/said"
}

# Leave a note in the place of the program when a build fails.
note_of_a_failed_build()
{
	local rc

	[ ! -L vma_bench ] || cp -P vma_bench "$tmp/was"
	make vma_bench KDIR="$larger" CC="$tmp/cc-lacks" >/dev/null 2>&1 </dev/null
	./vma_bench 2>"$tmp/note"
	rc=$?
	rm -f vma_bench
	[ ! -L "$tmp/was" ] || cp -P "$tmp/was" vma_bench
	cat "$tmp/note"
	[ $rc = 2 ] && grep -q '^vma_bench: it was not built: the last make has failed' "$tmp/note"
}

# make check without git, as in an archive
check_without_git()
{
	mkdir "$tmp/archive" && cp -r --parents scripts/check-tree "$tmp/archive/" && mkdir -p "$tmp/archive/.git" || return 1
	printf 'no licence here\n' | tee "$tmp/archive/.git/config" >"$tmp/archive/other"
	(cd "$tmp/archive" && GIT_DIR=/nonexistent timeout 50 scripts/check-tree) >"$tmp/checked" 2>&1
	! grep '^\.git/' "$tmp/checked" && grep -q '^other:1: give it an SPDX' "$tmp/checked"
}

# coverage_says NAME PATTERN COMMAND...: it ends with 2 and a line, before anything is compiled
coverage_says()
{
	local name=$1 pattern=$2 rc
	shift 2

	timeout -s KILL 20 "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	rc=$?
	[ $rc = 2 ] && grep -qE -- "$pattern" "$tmp/err" && [ "$(cat "$tmp/out" "$tmp/err" | wc -l)" = 1 ]
	verdict "$name: exit status $rc, wants 2, /$pattern/ and nothing else" $?
}

# The tools that scripts/coverage needs, and their versions
coverage_tools()
{
	local old=$tmp/old-tools

	mkdir "$old"
	printf '#!/bin/sh\necho "gcov (GCC) 8.3.0"\n' >"$old/gcov"
	printf '#!/bin/sh\necho "genhtml: LCOV version 1.13"\n' >"$old/genhtml"
	chmod +x "$old"/*
	coverage_says 'coverage without gcov' '^coverage: gcov is not installed' \
		env PATH="$(path_without gcov)" scripts/coverage
	coverage_says 'coverage: gcov of another gcc' '^coverage: .*gcov is version 8.3, and what gcc' \
		env GCOV="$old/gcov" scripts/coverage
	coverage_says 'coverage by clang' 'reads the data of gcc' env CC=clang scripts/coverage
	coverage_says 'coverage without genhtml' 'genhtml is not installed' \
		env PATH="$(path_without genhtml)" scripts/coverage --html "$tmp/html"
	coverage_says 'coverage: a genhtml that is old' 'older than that of lcov 1.16' \
		env PATH="$old:$PATH" GCOV="$(command -v gcov)" scripts/coverage --html "$tmp/html"
}

builds()
{
	variables_are_data
	make_larger_tree
	run 'ARGS are words' words_of_args
	run 'what a machine may lack' every_lack_is_known
	# shellcheck disable=SC2016 # for the compiler
	lacking_everywhere 'a compiler that is killed' 'kill -KILL $$'
	# shellcheck disable=SC2016
	lacking 'a compiler without memory' 'echo "cc1: out of memory allocating 65536 bytes after a total of 1 bytes" >&2; exit 1'
	# shellcheck disable=SC2016
	lacking 'a compiler whose files may not grow' 'ulimit -f 0; exec gcc -x c -E -o "$0.i" /dev/null'
	run 'a failed build leaves a note' note_of_a_failed_build
	run 'why much is built again' says_why_it_builds
	run 'make check without git' check_without_git
	make_says 'flock is not there' 'flock is not installed' KDIR="$kdir" PATH="$(path_without flock)"
	make_says 'python3 is not there' 'python3 is not installed' KDIR="$kdir" PATH="$(path_without python3)"
	coverage_tools
	full_disk
	# shellcheck disable=SC2016
	fake_cc cc-waits "echo \$\$ >$tmp/started; exec sleep 60"
	run 'SIGTERM to make' ends_with_make TERM
	run 'SIGHUP to make' ends_with_make HUP
	run 'SIGKILL to make' ends_with_make KILL
	run 'Ctrl-C of make alone' ends_with_make INT
	run 'a build that waits says for which' says_what_it_waits_for
	run 'a case that is there twice' twice
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shares its variables with scripts/build/one
#
# The variables of make, as data: what is not one of the values ends the build before
# any of them reaches a command line. Sourced by scripts/build/one, which has die() and top.

variables=(KERNEL KDIR VARIANT CONFIG DEBUG LOCKDEP LAZY UPTO CC JOBS V LINK TESTS QUICK KEEP_GOING)

# take NAME=VALUE: as make would
take()
{
	[[ $1 = *=* && " ${variables[*]} " = *" ${1%%=*} "* ]] ||
		die "unknown variable '${1%%=*}'; there are: ${variables[*]}"
	printf -v "${1%%=*}" %s "${1#*=}"
}

# one_of NAME VALUE...: the values of a variable; empty is none of them unless '' is one
one_of()
{
	local name=$1 value
	shift

	for value; do
		[ "${!name}" != "$value" ] || return 0
	done
	die "no such $name '${!name}': choose one of$(printf " '%s'" "$@")"
}

# Words for a command line: no character of the shell's or of make's
words_only()
{
	[[ ${!1:-} =~ ^[A-Za-z0-9_./+=:@,~\ -]*$ ]] ||
		die "$1='${!1}' has a character that no command or flag needs; name it by a path without"
}

# CONFIG=full+no_vma_lock: one of three, and files of configs/ that change some options of it
check_config()
{
	local CONFIG=$CONFIG part

	part=${CONFIG#"${CONFIG%%+*}"} CONFIG=${CONFIG%%+*}
	one_of CONFIG core full rt
	while [ -n "$part" ]; do
		part=${part#+} CONFIG=${part%%+*} part=${part#"${part%%+*}"}
		# shellcheck disable=SC2046 # names without blanks
		one_of CONFIG $(cd "$top/configs" && printf '%s\n' *.config | sed 's/[.]config$//' | grep -vxE 'core|full|rt|lockdep')
	done
}

check_variables()
{
	local name

	for name in "${variables[@]}"; do
		printf -v "$name" %s "${!name:-}"
	done
	VARIANT=${VARIANT:-asan} DEBUG=${DEBUG:-1} LINK=${LINK:-yes} V=${V:-0} CC=${CC:-gcc}
	# with full, TSan finds races that are by design, see docs/races.md
	[ -n "$CONFIG" ] || { [ "$VARIANT" = tsan ] && CONFIG=core || CONFIG=full; }
	JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
	one_of VARIANT asan plain tsan cov edges fuzzer
	check_config
	one_of DEBUG 0 1
	one_of LOCKDEP '' 0 1
	one_of LAZY '' 0 1
	one_of QUICK '' 0 1
	one_of KEEP_GOING '' 0 1
	one_of V 0 1
	one_of LINK yes no
	[ "$QUICK" != 0 ] || QUICK=
	[ "$KEEP_GOING" != 0 ] || KEEP_GOING=
	[[ $JOBS =~ ^[1-9][0-9]{0,3}$ ]] || die "JOBS='$JOBS' is no number from 1 to 9999"
	for name in CC URCU_CFLAGS URCU_LIBS FUZZ_ENGINE; do
		words_only "$name"
	done
	# make cannot have these in the name of a file
	[[ $top != *[[:space:]\#\$%:\;\"\'\\\&\|\<\>\(\)*?\`]* ]] ||
		die "make cannot use the path '$top'; give this folder another one, without blanks and special characters"
}

# Say what is wrong with CC, before liburcu or the code is blamed for it.
check_compiler()
{
	local made why

	command -v "${CC%% *}" >/dev/null || die "the compiler ${CC%% *} is not installed; run 'make deps' or install it"
	# shellcheck disable=SC2086 # flags are words
	made=$(echo '#include <urcu/urcu-memb.h>' | $CC ${URCU_CFLAGS:-} -E -dM -x c - 2>&1) &&
		[[ $made = *'#define __GNUC__ '* ]] && return
	# shellcheck disable=SC2086
	why=$($CC -E -dM -x c /dev/null 2>&1) && [[ $why = *'#define __GNUC__ '* ]] &&
		die "liburcu's headers are missing; run 'make deps' or install liburcu-dev"
	why=${why%%$'\n'*}
	die "CC=$CC is no C compiler that works like gcc: ${why:-asked for its macros, it prints nothing}"
}

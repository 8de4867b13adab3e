# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# Messages, and the line of progress on a terminal.

misuse=2	# or what git bisect takes for it

die()
{
	clear_line
	printf 'run_tests.sh: %s\n' "$1" >&2
	exit "$misuse"
}

# ---- the line of progress, only on a terminal

# shellcheck source=scripts/lib/terminal.sh
. scripts/lib/terminal.sh

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

show()
{
	[ -z "$live" ] || progress_line "$1"
}

# shell_words WORD...: as one can type them
shell_words()
{
	local words

	printf -v words ' %q' "$@"
	printf '%s' "${words# }"
}

now()	# in milliseconds
{
	printf -v "$1" %s $((${EPOCHREALTIME/./} / 1000))
}


# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The line of progress on a terminal. Sourced.

# progress_line TEXT: show it in place of the last one, cut to the terminal and to 79
# columns: a line that wraps cannot be erased
progress_line()
{
	local columns

	{ columns=$(stty size <&3 2>/dev/null) || true; } 3>&1
	columns=${columns##* }
	[[ $columns =~ ^[1-9][0-9]?$ ]] && [ "$columns" -lt 80 ] || columns=80
	printf '\r%.*s\033[K' $((columns - 1)) "$1"
}

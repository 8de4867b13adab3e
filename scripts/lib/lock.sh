# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Locks of folders, so that two commands in one checkout do not write to the same files.
# Sourced.

# take_lock FILE WHO DOING [COMMAND...]: hold the lock of FILE until release_lock, or the end of
# this process and all that it has started. Where another process has it, say so as WHO, with
# its number and what it is DOING, and wait; COMMAND is what the wait is run by.
take_lock()
{
	local file=$1 who=$2 doing=$3 by
	shift 3

	{ exec {lock_fd}<>"$file"; } 2>/dev/null || return 1
	if ! flock -n "$lock_fd"; then
		read -r by <"$file" || by='another process'
		printf '%s: waits for %s\n' "$who" "$by" >&2
		"$@" flock "$lock_fd" || return 1
	fi
	printf 'process %s, which %s\n' $$ "$doing" >"$file"
}

release_lock()
{
	exec {lock_fd}>&-
}

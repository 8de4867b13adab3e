# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # the parts of run_tests.sh share their variables
#
# Hands over to scripts/run/series.

run_series()
{
	local args=(--kdir "$kdir" --series "$series" --variant "$variant_list" --cc "${compiler_:-gcc}" --jobs "$jobs")
	local glob var file=$invoked_in/$series

	# A name is a file before it is a range, and as seen from where we were called.
	[[ $series = /* || $series = - || ! -e $file ]] || args[3]=$file
	command -v python3 >/dev/null || die "python3 is not installed; run scripts/deps"
	command -v git >/dev/null || die "git is not installed, and --series needs it; install it"
	for glob in ${globs[@]+"${globs[@]}"}; do
		args+=(--test "$glob")
	done
	[ "$variant_list" != lazy ] || die "--series is for the tree's own patches, so there is no variant lazy; take full"
	variant_vars "$variant_list"
	for var in "${vars[@]}"; do
		args+=(--make "$var")
	done
	[ -z "$mode" ] || args+=(--mode "$mode")
	[ -z "$junit" ] || args+=(--junit "$junit")
	[ -z "$html" ] || args+=(--html "$html")
	exec scripts/run/series "${args[@]}"
}

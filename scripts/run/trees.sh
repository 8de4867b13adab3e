# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # the parts of run_tests.sh share their variables
#
# Hands over to scripts/run/trees.

run_trees()
{
	[[ $variant_list != *,* && $variant_list != all && $variant_list != lazy ]] ||
		die "--trees takes one variant, and not lazy"
	variant_vars "${variant_list:-full-plain}"
	exec scripts/run/trees "$trees" "$jobs" "${compiler_:-gcc}" "${vars[@]}" -- ${globs[@]+"${globs[@]}"}
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # the parts of run_tests.sh share their variables
#
# Builds vma_run and hands over to scripts/kselftest.

run_kselftest()
{
	local tree=() args=()

	[[ $variant_list != *,* && $variant_list != all && $kernels != *,* && $kernels != all ]] ||
		die "--kselftest takes one variant, and one kernel"
	command -v python3 >/dev/null || die "python3 is not installed; run scripts/deps"
	[ -z "$kdir" ] || tree=(KDIR="$kdir") args=(--kdir "$kdir")
	[ -z "$kernels" ] || tree=(KERNEL="$kernels") args=(--kernel "$kernels")
	[[ -z $mode || $mode = both ]] || args+=(--mode "$mode")
	variant_vars "${variant_list:-full-plain}"
	make -s vma_run "${vars[@]}" ${tree[@]+"${tree[@]}"} CC="${compiler_:-gcc}" JOBS="$jobs" >&2 ||
		die "vma_run cannot be built"
	exec scripts/kselftest ${args[@]+"${args[@]}"} ${globs[@]+"${globs[@]}"}
}

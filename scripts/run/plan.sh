# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# The plan: which kernels, compilers and variants run, and what is left out.

# Fills todo_kernels and todo_variants.
choose_all()
{
	local k

	by_default=''
	[ -n "$kernels$kdir$variant_list$full$quick" ] || by_default=y
	[ -n "$full" ] && kernels=${kernels:-all} variant_list=${variant_list:-all}
	[ -n "$quick" ] && variant_list=${variant_list:-asan}
	if [ -n "$kdir" ]; then
		todo_kernels=("$(scripts/kdir --kdir "$kdir" --version 2>&1)") || die "${todo_kernels[0]#kdir: }"
	else
		choose kernel "${kernels:-${supported[0]}}" "${supported[@]}"
		todo_kernels=("${chosen[@]}")
		# the oldest first, as it differs most
		for k in ${by_default:+$(printf '%s\n' "${supported[@]:1}" | tac)}; do
			if scripts/kdir --kernel "$k" >/dev/null 2>&1; then
				todo_kernels+=("$k")
			else
				left_out+=("kernel $k: not here; make deps KERNEL=$k fetches it")
			fi
		done
	fi
	choose variant "${variant_list:-$(IFS=,; echo "${newest_variants[*]}")}" "${variants[@]}"
	todo_variants=("${chosen[@]}")
}

# Fills runs with the kernel, compiler and variant of each.
plan_runs()
{
	local k v these

	runs=()
	for k in "${todo_kernels[@]}"; do
		these=("${todo_variants[@]}")
		if [ -n "$by_default" ]; then
			these=("${default_variants[@]}")
			[ "$k" = "${supported[0]}" ] || these=("${older_variants[@]}")
		fi
		for v in "${these[@]}"; do
			if [ "$v" = lazy ] && [ "$k" != "${supported[0]}" ]; then
				left_out+=("$k $v: ${about[$v]}")
			else
				runs+=("$k|${compiler_:-gcc}|$v")
			fi
		done
		if [ -n "$full" ] && [ -z "$compiler_" ]; then
			if command -v clang >/dev/null; then
				runs+=("$k|clang|asan")
			else
				left_out+=("clang: not installed")
			fi
		fi
	done
	# other kernels before the newest one's other variants, where the time is limited
	[ -z "$by_default" ] || runs=("${runs[0]}" "${runs[@]:${#default_variants[@]}}"
		"${runs[@]:1:${#default_variants[@]}-1}")
}

say_what_is_left_out()
{
	local k v

	for k in "${supported[@]}"; do
		[ -n "$kdir$by_default" ] || [[ " ${todo_kernels[*]} " = *" $k "* ]] ||
			left_out+=("kernel $k: not asked for")
	done
	while read -r k _; do
		[[ " ${supported[*]} " = *" $k "* ]] || left_out+=("kernel $k: not supported yet")
	done < <(scripts/kdir --list)
	for v in "${variants[@]}"; do
		[[ " ${runs[*]} " = *"|$v "* ]] || left_out+=("variant $v: ${about[$v]:-not asked for}")
	done
	[ -z "$by_default" ] || left_out+=("older kernels: variants other than ${older_variants[*]}")
	[ -n "$full$compiler_" ] || left_out+=("clang: ${about[clang]}")
	[ ${#globs[@]} = 0 ] || left_out+=("cases that match none of: ${globs[*]}")
	[ -z "$shard" ] || left_out+=("cases of the other shards than $shard")
}

# Check what is needed before minutes are spent on builds
check_environment()
{
	local r k c v message

	for c in make flock python3; do
		command -v "$c" >/dev/null || die "$c is not installed; run scripts/deps, or install it"
	done
	for r in "${runs[@]}"; do
		IFS='|' read -r k c v <<<"$r"
		command -v "${c%% *}" >/dev/null || die "the compiler $c is not installed"
		[ -n "$kdir" ] || message=$(scripts/kdir --kernel "$k" 2>&1) || die "${message#kdir: }"
	done
	logs=$top/build/logs
	message=$(mkdir -p "$logs" ${junit:+"$junit"} ${html:+"$html"} 2>&1) || die "cannot write: ${message#mkdir: }"
	message=$(mktemp -d "$logs/.tmp.XXXXXX" 2>&1) || die "cannot write to build/logs: ${message##*: }"
	tmp=$message
	message=$({ printf '%65536s' '' >"$tmp/space"; } 2>&1) || die "cannot write to build/logs: ${message##*: }"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The part of scripts/deps that installs packages; sourced by it, and uses its
# say, die, reason, $tmp and $debian.

# shellcheck disable=SC2154

packages=(gcc make binutils libc6-dev liburcu-dev python3 xz-utils git patch)

# Fills missing=(...) with the packages that dpkg does not have installed.
find_missing()
{
	local installed p

	missing=()
	# dpkg-query fails when it does not know one of them: not an error here.
	installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' \
		"${packages[@]}" 2>/dev/null || true)"
	for p in "${packages[@]}"; do
		[[ $installed = *" installed:$p "* ]] || missing+=("$p")
	done
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif [ -t 0 ] && [ -t 2 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

# Maintainer scripts may start daemons; those must not inherit our lock.
apt_root()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=300 "$@" </dev/null >"$tmp/log" 2>&1 {lock_fd}>&-
}

install_packages()
{
	local cmd="apt-get install ${missing[*]}"

	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		die "run as root: $cmd"
	fi
	say "installing: ${missing[*]}"
	if ! apt-get -s -qq install --no-install-recommends "${missing[@]}" >/dev/null 2>&1; then
		say "updating the package lists"
		apt_root update || die "apt-get update failed ($(reason)); run as root: apt-get update && $cmd"
	fi
	if ! apt_root install --no-install-recommends "${missing[@]}"; then
		# Old lists may name versions the mirror has dropped.
		if ! apt_root update ||
			! apt_root install --no-install-recommends "${missing[@]}"; then
			die "cannot install packages ($(reason)); check the network, then run as root: apt-get update && $cmd"
		fi
	fi
}

# Elsewhere than on Debian we cannot install, but can say what is missing.
check_tools()
{
	local tool lack=''

	for tool in gcc make ld python3 xz git patch; do
		command -v "$tool" >/dev/null || lack+=" $tool"
	done
	echo '#include <urcu.h>' | gcc -E - >/dev/null 2>&1 || lack+=" urcu.h(liburcu)"
	[ -z "$lack" ] || die "not a Debian system; install these yourself:$lack"
}

find_packages()
{
	missing=()
	if [ "$debian" = yes ]; then
		find_missing
	else
		check_tools
	fi
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The part of scripts/deps that fetches a kernel tree; sourced by it, and uses
# its say, die, run, reason, $cache, $tmp and $repo.

# tmp, cache and repo are the caller's.
# shellcheck disable=SC2154

# One kernel at its peak: package lists, .deb and extracted tree.
need_mb=400 tree_mb=170

# Parts of a tree that the build, the reports and the kernel's own tests use.  The
# root .gitignore is left out on purpose: it would hide files of the tree.
members=(
	.clang-format COPYING Kconfig Makefile
	arch/um/include arch/x86
	'fs/*.c' 'fs/*.h' fs/proc fs/ramfs
	include init ipc kernel lib mm scripts security
	tools/arch/x86/include tools/include tools/lib tools/scripts
	tools/testing/kunit tools/testing/radix-tree tools/testing/selftests/mm
	'tools/testing/selftests/*.h' tools/testing/selftests/clone3 tools/testing/selftests/pidfd
	tools/testing/shared tools/testing/vma usr
)

# Print the deb822 fields (URIs, Signed-By, ...) of the entry of the system's
# apt sources that is Debian's main archive, from both formats apt reads.
find_mirror()
{
	local codename f files=() LIST='' PARTS=''

	# DEBIAN_CODENAME: derivatives that use Debian's archive as well.
	# shellcheck source=/dev/null
	codename=$(. /etc/os-release
		[ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-sid}" ||
			echo "${DEBIAN_CODENAME:-}")
	[ -n "$codename" ] || return 0
	eval "$(apt-config shell LIST Dir::Etc::sourcelist/f PARTS Dir::Etc::sourceparts/d)"
	for f in "$LIST" "${PARTS%/}"/*.list "${PARTS%/}"/*.sources; do
		[ ! -f "$f" ] || files+=("$f")
	done
	[ ${#files[@]} -eq 0 ] || awk -v codename="$codename" "$mirror_awk" "${files[@]}"
}

# Other archives may have a suite of that name and a component main as well:
# Debian's keyring and the usual path tell Debian's own.
# shellcheck disable=SC2016
mirror_awk='
function has(words, re,    w, n, i) {
	n = split(words, w, /[ \t\n]+/)
	for (i = 1; i <= n; i++)
		if (w[i] ~ "^(" re ")$")
			return 1
	return 0
}
# One entry is complete: keep it if it is the likeliest so far.
function offer(    score, uri) {
	sub(/^[ \t\n]+/, "", f["uris"])
	split(f["uris"], uri, /[ \t\n]+/)
	if (has(f["types"], "deb") && has(f["components"], "main") &&
	    has(f["suites"], codename "|stable|testing|unstable|sid") &&
	    f["enabled"] !~ /no|false|off|0/ && uri[1] ~ /^[a-z+]+:/ &&
	    uri[1] !~ /^cdrom:/) {
		score = 1 + 4 * (f["signed-by"] ~ /debian-archive/) + \
			2 * (uri[1] ~ /\/debian\/?$/)
		if (score > best) {
			best = score
			found = "URIs: " uri[1] "\n"
			if (f["signed-by"] != "")
				found = found "Signed-By: " f["signed-by"] "\n"
			if (f["trusted"] != "")
				found = found "Trusted: " f["trusted"] "\n"
			if (f["check-valid-until"] != "")
				found = found "Check-Valid-Until: " f["check-valid-until"] "\n"
		}
	}
	split("", f)
}
# "deb [option=value ...] URI SUITE COMPONENT..."
function one_line(    n, w, i, key) {
	sub(/#.*/, "")
	if ($0 !~ /^[ \t]*deb[ \t]/)
		return
	gsub(/\[/, " [ ")
	gsub(/\]/, " ] ")
	n = split($0, w, " ")
	f["types"] = "deb"
	i = 2
	if (w[i] == "[") {
		for (i = 3; i <= n && w[i] != "]"; i++) {
			key = tolower(w[i])
			sub(/=.*/, "", key)
			sub(/^[^=]*=/, "", w[i])
			gsub(/,/, " ", w[i])
			f[key] = w[i]
		}
		i++
	}
	f["uris"] = w[i]
	f["suites"] = w[i + 1]
	for (i += 2; i <= n; i++)
		f["components"] = f["components"] " " w[i]
	offer()
}
FNR == 1 { offer() }
FILENAME !~ /\.sources$/ { one_line(); next }
/^#/ { next }
/^[ \t]*$/ { offer(); next }
/^[ \t]/ { f[field] = f[field] "\n" $0; next }
{
	field = tolower($0)
	sub(/:.*/, "", field)
	sub(/^[^:]*:[ \t]*/, "")
	f[field] = $0
}
END { offer(); printf "%s", found }
'

# private_apt SUITE: write $tmp/apt.conf for lists and caches of our own, with
# the system's sources (SUITE configured) or with SUITE of the system's mirror.
private_apt()
{
	local mirror

	mkdir -p "$tmp/lists/partial" "$tmp/apt/archives/partial"
	# The hooks are cleared because they would work on the system's cache.
	cat >"$tmp/apt.conf" <<-EOF
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	APT::Update::Error-Mode "any";
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	Acquire::GzipIndexes "true";
	Acquire::Retries "2";
	Dir::State::lists "$tmp/lists";
	Dir::Cache "$tmp/apt";
	Dir::Cache::pkgcache "pkgcache.bin";
	Dir::Cache::srcpkgcache "";
	EOF
	[ "$1" != configured ] || return 0
	mirror=$(find_mirror)
	[ -n "$mirror" ] ||
		die "no Debian mirror in this system's apt sources; give a kernel tree as KDIR=DIR"
	printf 'Types: deb\n%s\nSuites: %s\nComponents: main\nTargets: Packages\n' \
		"$mirror" "$1" >"$tmp/mirror.sources"
	cat >>"$tmp/apt.conf" <<-EOF
	Dir::Etc::sourcelist "$tmp/mirror.sources";
	Dir::Etc::sourceparts "/dev/null";
	EOF
}

# Print the versions of package $1 that the lists of $tmp/apt.conf have.
versions_of()
{
	apt-cache -c "$tmp/apt.conf" madison "$1" 2>/dev/null |
		awk -F ' *[|] *' '!seen[$2]++ { print $2 }'
}

# Print the versions that can be had of package $1, for a message.
alternatives()
{
	local has

	has=$(versions_of "$1" | paste -sd ' ')
	if [ -z "$has" ]; then
		has=$(apt-cache -c "$tmp/apt.conf" pkgnames linux-source- |
			grep -E '^linux-source-[0-9.]+$' | sort -V | paste -sd ' ') || true
	fi
	printf '%s' "${has:-no kernel source}"
}

in_lists()
{
	# Not grep -q: it would end the pipe early, which pipefail calls an error.
	versions_of "$1" | grep -Fx -- "$2" >/dev/null
}

# download KERNEL PACKAGE VERSION: get the .deb into $tmp/deb.
download()
{
	local size mb

	size=$(apt-cache -c "$tmp/apt.conf" show "$2=$3" 2>/dev/null |
		awk '/^Size:/ { print $2; exit }') || true
	mb=$((${size:-0} / 1000000))
	rm -rf "$tmp/deb"
	mkdir "$tmp/deb"
	run "linux $1: downloading $3" "$tmp/deb" $mb \
		env -C "$tmp/deb" apt-get -c "$tmp/apt.conf" -q download "$2=$3"
}

get_deb()
{
	local k=$1 suite=$2 version=$3 pkg=linux-source-$1

	if [ "$suite" = configured ]; then
		# The system's lists may do: no update, and no root, needed.
		echo 'APT::Sandbox::User "root";' >"$tmp/apt.conf"
		if in_lists "$pkg" "$version" && download "$k" "$pkg" "$version"; then
			return
		fi
	fi
	private_apt "$suite"
	run "linux $k: reading the package lists (${suite/#configured/suites of this system})" "$tmp/lists" "" \
		apt-get -c "$tmp/apt.conf" -q update ||
		die "cannot read Debian's package lists ($(reason)); check the network, or give KDIR=DIR"
	in_lists "$pkg" "$version" ||
		die "the mirror no longer has $pkg $version (it has $(alternatives "$pkg") now); give KDIR=DIR, or change scripts/versions"
	download "$k" "$pkg" "$version" ||
		die "cannot download $pkg $version ($(reason)); try again, or give KDIR=DIR"
}

# Straight from the package: only what we use is ever written.
extract()
{
	local top=linux-source-$1

	dpkg-deb --fsys-tarfile "$tmp/deb/"*.deb |
		tar -xO "./usr/src/$top.tar.xz" |
		xz -dc -T0 |
		tar -x -C "$tmp/tree" --no-same-owner --strip-components=1 \
			--wildcards --no-wildcards-match-slash "${members[@]/#/$top/}"
}

# fetch_kernel KERNEL SUITE VERSION
fetch_kernel()
{
	local k=$1 tree=$cache/linux-$1 free start=$SECONDS

	free=$(df -Pk "$cache" | awk 'NR == 2 { print int($4 / 1024) }')
	[ "$free" -ge $need_mb ] ||
		die "$cache has $free MB free and a kernel needs $need_mb; free some or set VMA_SHIM_CACHE=DIR"
	command -v apt-get >/dev/null ||
		die "kernel $k is not in the cache and only Debian has its package; give a kernel tree as KDIR=DIR"
	get_deb "$@"
	mkdir "$tmp/tree"
	run "linux $k: extracting" "$tmp/tree" $tree_mb extract "$k" ||
		die "cannot extract linux-source-$k ($(reason)); free some space, or give KDIR=DIR"
	# The stamp is what makes a tree valid: it goes first and comes last.
	rm -f -- "$tree.stamp"
	[ ! -e "$tree" ] || mv -- "$tree" "$tmp/old"
	mv -- "$tmp/tree" "$tree"
	printf '%s\n' "$3" >"$tmp/stamp"
	mv -- "$tmp/stamp" "$tree.stamp"
	rm -rf "${tmp:?}"/*
	"$repo/scripts/kdir" --cache "$cache" --kernel "$k" >/dev/null
	say "linux $k: ready in $tree ($((SECONDS - start)) s)"
}

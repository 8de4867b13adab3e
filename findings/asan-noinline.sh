#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   what a function with no_sanitize("address") reads is not checked, as long as
#          the function is not inlined; noinline makes sure of that.
# Really:  gcc at -O2 moves the read into the caller all the same and hands over the value
#          (IPA-SRA), and there it is checked. Without that pass, with a volatile read,
#          or with clang, it is not.
# With:    gcc 12.2 and clang 14.0.6 of Debian 12.
# Matters: a shim's read that may look at poisoned memory (an oracle, a walk of a stack)
#          reports in optimised builds only; READ_ONCE() in it is no decoration.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 clang-14=1:14.0.6-12 libclang-rt-14-dev=1:14.0.6-12; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done

cat >peek.c <<'EOF'
#include <sanitizer/asan_interface.h>

#ifndef KIND
#define KIND
#endif

static char memory[64] __attribute__((aligned(64)));
static char *volatile where = memory;

static __attribute__((noinline, no_sanitize("address"))) int peek(char *p)
{
	return *(KIND char *)p;
}

int main(void)
{
	int value;

	ASAN_POISON_MEMORY_REGION(memory, sizeof(memory));
	value = peek(where);
	ASAN_UNPOISON_MEMORY_REGION(memory, sizeof(memory));
	return value;
}
EOF
for way in 'gcc-12 -O0' 'gcc-12 -O2' 'gcc-12 -O2 -fno-ipa-sra' 'gcc-12 -O2 -DKIND=volatile' \
	'clang-14 -O2'; do
	# shellcheck disable=SC2086 # they are words
	$way -fsanitize=address -fsanitize-recover=address -o peek peek.c || exit 2
	ASAN_OPTIONS=halt_on_error=0 ./peek 2>log
	echo "$way: $(grep -c 'ERROR: AddressSanitizer' log)"
done >seen

cat >expected <<'EOF'
gcc-12 -O0: 0
gcc-12 -O2: 1
gcc-12 -O2 -fno-ipa-sra: 0
gcc-12 -O2 -DKIND=volatile: 0
clang-14 -O2: 0
EOF

gcc-12 --version | head -n 1
clang-14 --version | head -n 1
echo 'reports of a read that is not to be checked:'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   readelf -n of an x86-64 binutils lists what NT_FILE of an x86-64 core file has: which
#          file each address belongs to. eu-readelf -n shows the same.
# Really:  readelf says "Cannot decode 64-bit note in 32-bit build", although it is a 64-bit
#          build, lists no file and exits 0. eu-readelf of elfutils lists them.
# With:    binutils 2.40 and elfutils 0.188 of Debian 12, on a core file of 64 bits with that
#          note alone.
# Matters: who takes the mappings of a crashed process out of its core file with readelf gets
#          the rights and no names, and believes that the kernel has written none.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

{ apt-get -qq -o APT::Sandbox::User=root download binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2 \
	libctf-nobfd0=2.40-2 elfutils=0.188-2.1 libasm1=0.188-2.1 libdw1=0.188-2.1 libelf1=0.188-2.1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }
command -v python3 >/dev/null || { echo 'needs python3' >&2; exit 2; }

python3 - <<'EOF'
import struct
name = b'/usr/bin/true\0'
# count and page size; start, end and offset in pages of each; the names
desc = struct.pack('<2Q3Q', 1, 4096, 0x400000, 0x401000, 2) + name
note = struct.pack('<3I', 5, len(desc), 0x46494c45) + b'CORE\0\0\0\0' + desc + bytes(-len(desc) % 4)
ehdr = b'\x7fELF\2\1\1' + bytes(9) + struct.pack('<2HI3QI6H', 4, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
phdr = struct.pack('<2I6Q', 4, 4, 120, 0, 0, len(note), 0, 4)
open('core', 'wb').write(ehdr + phdr + note)
EOF
export LD_LIBRARY_PATH=$dir/usr/lib/x86_64-linux-gnu
readelf=usr/bin/x86_64-linux-gnu-readelf
"$readelf" --version | head -n 1
usr/bin/eu-readelf --version | head -n 1
"$readelf" -h "$readelf" | grep Class
{
	echo "readelf:"
	"$readelf" -n core
	echo "status $?; eu-readelf:"
	usr/bin/eu-readelf -n core
} 2>&1 | sed -E 's/[ \t]+/ /g; s/^ //; s/ $//' | grep -E '^readelf:|^status|NT_FILE|Cannot|true' >seen
cat >expected <<'EOF'
readelf:
CORE 0x00000036 NT_FILE (mapped files)
Cannot decode 64-bit note in 32-bit build
status 0; eu-readelf:
00400000-00401000 00002000 4096 /usr/bin/true
EOF
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

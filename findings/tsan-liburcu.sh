#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Guess:   ThreadSanitizer sees that liburcu orders things: rcu_assign_pointer() and
#          rcu_dereference() are atomics, and synchronize_rcu() is a library that waits
#          with a mutex and futexes, which are intercepted.
# Really:  publishing an object is a race with its reader already, in each flavour, as
#          the ordering is inline assembly and plain accesses. _LGPL_SOURCE, which makes
#          readers inline and is no question of semantics, turns one report into two:
#          without it the access to the pointer hides in the library.
# With:    liburcu 0.13.2 (memb, mb, qsbr, bp) and gcc 12.2 of Debian 12.
# Matters: a shim that has liburcu for the kernel's RCU must tell TSan of publication
#          and grace periods itself, or each real report drowns.
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2

for p in gcc-12=12.2.0-14+deb12u1 binutils=2.40-2; do
	[ "$(dpkg-query -Wf '${Version}' "${p%%=*}" 2>&1)" = "${p#*=}" ] ||
		apt-get -qq -y install "$p" >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
done
{ apt-get -qq -o APT::Sandbox::User=root download \
	liburcu8=0.13.2-1 \
	liburcu-dev=0.13.2-1 &&
	for deb in *.deb; do dpkg-deb -x "$deb" .; done; } >apt.log 2>&1 ||
	{ cat apt.log >&2; exit 2; }

# The two threads take turns by relaxed atomics, so that nothing but RCU orders them.
cat >publish.c <<'EOF'
#include <pthread.h>
#include <stdlib.h>
#include HEADER

struct node { int value; };

static struct node *published;
static int stage;

static void reached(int n)
{
	__atomic_store_n(&stage, n, __ATOMIC_RELAXED);
}

static void await(int n)
{
	while (__atomic_load_n(&stage, __ATOMIC_RELAXED) != n)
		;
}

static void *reader(void *unused)
{
	static int value;
	struct node *n;

	rcu_register_thread();
	reached(1);
	await(2);
	rcu_read_lock();
	n = rcu_dereference(published);
	value = n->value;
	rcu_read_unlock();
	rcu_unregister_thread();
	reached(3);
	return &value;
}

int main(void)
{
	struct node *n = malloc(sizeof(*n));
	pthread_t thread;

	pthread_create(&thread, NULL, reader, NULL);
	await(1);
	n->value = 1;
	rcu_assign_pointer(published, n);
	reached(2);
	await(3);
	pthread_join(thread, NULL);
	free(n);
	return 0;
}
EOF

lib=$(echo "$dir"/usr/lib/*-linux-gnu)
include=$(echo "$dir"/usr/include/*-linux-gnu)
# TSan has its shadow where some kernels put programs if they may choose.
plain=(setarch -R)
"${plain[@]}" true 2>/dev/null || plain=()

# reports NAME HEADER LIBRARY FLAGS...
reports()
{
	local name=$1 header=$2 library=$3

	shift 3
	gcc-12 -g -O1 -fsanitize=thread "-DHEADER=<$header>" "$@" -I usr/include \
		-I "$include" -L "$lib" "-Wl,-rpath,$lib" -o publish publish.c \
		"-l$library" -pthread || exit 2
	${plain[@]+"${plain[@]}"} ./publish 2>log
	echo "$name: $(grep -c 'WARNING: ThreadSanitizer: data race' log)"
}

for flags in -DNOTHING -D_LGPL_SOURCE; do
	reports "$flags memb" urcu.h urcu "$flags"
	reports "$flags mb" urcu.h urcu-mb -DRCU_MB "$flags"
	reports "$flags qsbr" urcu-qsbr.h urcu-qsbr "$flags"
	reports "$flags bp" urcu-bp.h urcu-bp "$flags"
done >seen

cat >expected <<'EOF'
-DNOTHING memb: 1
-DNOTHING mb: 1
-DNOTHING qsbr: 1
-DNOTHING bp: 1
-D_LGPL_SOURCE memb: 2
-D_LGPL_SOURCE mb: 2
-D_LGPL_SOURCE qsbr: 2
-D_LGPL_SOURCE bp: 2
EOF

gcc-12 --version | head -n 1
echo 'liburcu 0.13.2; data races that are reported:'
cat seen
diff expected seen || { echo 'changed: expected <, seen >'; exit 1; }

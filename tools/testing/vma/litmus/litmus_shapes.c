// SPDX-License-Identifier: GPL-2.0
/*
 * The classical litmus tests, with and without each barrier, and those of the tree's
 * tools/memory-model/litmus-tests by shape; their names there are in
 * docs/results/memory-model.md.
 */
#include "litmus.h"

/* Coherence: all agree on the order of stores to one variable. */
LITMUS(co, rr, NEVER, "x=1 | r0=x r1=x", "r0=1 r1=0")
LITMUS(co, rr_two_readers, NEVER, "x=1 | x=2 | r0=x r1=x | r2=x r3=x", "r0=1 r1=2 r2=2 r3=1")
LITMUS(co, rw, NEVER, "r0=x x=1 | x=2", "r0=2 x=2")
LITMUS(co, wr, NEVER, "x=1 r0=x | x=2", "r0=2 x=1")
LITMUS(co, ww, NEVER, "x=1 x=2 | r0=x", "r0=2 x=1")

/* Message passing: whoever sees the flag sees the data. */
LITMUS(mp, once, SOMETIMES, "x=1 y=1 | r0=y r1=x", "r0=1 r1=0")
LITMUS(mp, wmb, SOMETIMES, "x=1 wmb y=1 | r0=y r1=x", "r0=1 r1=0")
LITMUS(mp, rmb, SOMETIMES, "x=1 y=1 | r0=y rmb r1=x", "r0=1 r1=0")
LITMUS(mp, wmb_rmb, NEVER, "x=1 wmb y=1 | r0=y rmb r1=x", "r0=1 r1=0")
LITMUS(mp, rmb_wmb, SOMETIMES, "x=1 rmb y=1 | r0=y wmb r1=x", "r0=1 r1=0")
LITMUS(mp, mb_mb, NEVER, "x=1 mb y=1 | r0=y mb r1=x", "r0=1 r1=0")
LITMUS(mp, release, SOMETIMES, "x=1 y:=1 | r0=y r1=x", "r0=1 r1=0")
LITMUS(mp, acquire, SOMETIMES, "x=1 y=1 | r0:=y r1=x", "r0=1 r1=0")
LITMUS(mp, release_acquire, NEVER, "x=1 y:=1 | r0:=y r1=x", "r0=1 r1=0")
LITMUS(mp, release_rmb, NEVER, "x=1 y:=1 | r0=y rmb r1=x", "r0=1 r1=0")
LITMUS(mp, wmb_acquire, NEVER, "x=1 wmb y=1 | r0:=y r1=x", "r0=1 r1=0")
LITMUS(mp, release_of_another, SOMETIMES, "x=1 z:=1 y=1 | r0=y rmb r1=x", "r0=1 r1=0")
LITMUS(mp, acquire_of_another, SOMETIMES, "x=1 wmb y=1 | r0=y r2:=z r1=x", "r0=1 r1=0")
LITMUS(mp, once_address, SOMETIMES, "x=1 y=1 p=&y | r0=p r1=*r0 | r2=x", "r0=&y r1=0")
LITMUS(mp, wmb_address, NEVER, "y=1 wmb p=&y | r0=p r1=*r0", "r0=&y r1=0")
LITMUS(mp, release_address, NEVER, "y=1 p:=&y | rcu r0=p r1=*r0 unrcu", "r0=&y r1=0")
LITMUS(mp, xchg, NEVER, "x=1 r2=xchg:y:1 | r0=y rmb r1=x", "r0=1 r1=0")
LITMUS(mp, xchg_release, NEVER, "x=1 r2=xchg_release:y:1 | r0:=y r1=x", "r0=1 r1=0")
LITMUS(mp, xchg_relaxed, SOMETIMES, "x=1 r2=xchg_relaxed:y:1 | r0:=y r1=x", "r0=1 r1=0")
LITMUS(mp, to_xchg, NEVER, "x=1 wmb y=1 | r0=xchg:y:2 r1=x", "r0=1 r1=0")
LITMUS(mp, to_xchg_acquire, NEVER, "x=1 wmb y=1 | r0=xchg_acquire:y:2 r1=x", "r0=1 r1=0")
LITMUS(mp, to_xchg_relaxed, SOMETIMES, "x=1 wmb y=1 | r0=xchg_relaxed:y:2 r1=x", "r0=1 r1=0")
LITMUS(mp, to_cmpxchg, NEVER, "x=1 wmb y=1 | r0=cmpxchg:y:1:2 r1=x", "r0=1 r1=0")
LITMUS(mp, to_cmpxchg_that_fails, SOMETIMES, "x=1 wmb y=1 | r0=cmpxchg:y:5:6 r1=x",
       "r0=1 r1=0")
LITMUS(mp, through_an_rmw, NEVER, "x=1 y:=1 | inc:y | r0:=y r1=x", "r0=2 r1=0")
LITMUS(mp, through_a_store, SOMETIMES, "x=1 y:=1 | r2=y y=2 | r0:=y r1=x", "r0=2 r2=1 r1=0")
LITMUS(mp, locks, NEVER, "x=1 lock y=1 unlock | lock r0=y unlock r1=x", "r0=1 r1=0")
LITMUS(mp, locks_reversed, NEVER, "lock x=1 unlock y=1 | r0=y lock r1=x unlock", "r0=1 r1=0")
LITMUS(mp, unlock_lock, NEVER, "lock x=1 unlock lock2 y=1 unlock2 | r0=y rmb r1=x",
       "r0=1 r1=0")
LITMUS(mp, locked, SOMETIMES, "lock x=1 unlock | r0:=x r1=locked r2=locked", "r0=1 r1=0 r2=1")
LITMUS(mp, locked_mb, NEVER, "lock after_lock x=1 unlock | r0:=x r1=locked r2=locked",
       "r0=1 r1=0 r2=1")

/* Store buffering: of two stores, both by who then reads the other's, one is seen. */
LITMUS(sb, once, SOMETIMES, "x=1 r0=y | y=1 r1=x", "r0=0 r1=0")
LITMUS(sb, mb, SOMETIMES, "x=1 mb r0=y | y=1 r1=x", "r0=0 r1=0")
LITMUS(sb, mb_mb, NEVER, "x=1 mb r0=y | y=1 mb r1=x", "r0=0 r1=0")
LITMUS(sb, wmb_rmb, SOMETIMES, "x=1 wmb rmb r0=y | y=1 wmb rmb r1=x", "r0=0 r1=0")
LITMUS(sb, release_acquire, SOMETIMES, "x:=1 r0:=y | y:=1 r1:=x", "r0=0 r1=0")
LITMUS(sb, own_store, SOMETIMES, "x=1 r2=x r0=y | y=1 r3=y r1=x", "r0=0 r1=0")
LITMUS(sb, xchg, NEVER, "r2=xchg:x:1 r0=y | r3=xchg:y:1 r1=x", "r0=0 r1=0")
LITMUS(sb, xchg_acquire, SOMETIMES, "r2=xchg_acquire:x:1 r0=y | r3=xchg_acquire:y:1 r1=x",
       "r0=0 r1=0")
LITMUS(sb, cmpxchg_release, SOMETIMES,
       "r2=cmpxchg_release:x:0:1 r0=y | r3=cmpxchg_release:y:0:1 r1=x", "r0=0 r1=0")
LITMUS(sb, inc, SOMETIMES, "inc:x r0=y | inc:y r1=x", "r0=0 r1=0")
LITMUS(sb, inc_after, NEVER, "inc:x after r0=y | inc:y after r1=x", "r0=0 r1=0")
LITMUS(sb, before_inc, NEVER, "x=1 before inc:z r0=y | y=1 mb r1=x", "r0=0 r1=0")
LITMUS(sb, store_mb, NEVER, "store_mb:x:1 r0=y | store_mb:y:1 r1=x", "r0=0 r1=0")
LITMUS(sb, locks, SOMETIMES, "lock x=1 unlock r0=y | lock2 y=1 unlock2 r1=x", "r0=0 r1=0")

/* Load buffering: a store is not seen before it is made. */
LITMUS(lb, once, NOT_SHOWN, "r0=x y=1 | r1=y x=1", "r0=1 r1=1")
LITMUS(lb, acquire_release, NEVER, "r0:=x y=1 | r1=y x:=1", "r0=1 r1=1")
LITMUS(lb, mb_acquire, NEVER, "r0=x mb y=1 | r1:=y x=1", "r0=1 r1=1")

/* Who sees what another has seen. */
LITMUS(wrc, once, SOMETIMES, "x=1 | r0=x y=1 | r1=y r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, data_rmb, SOMETIMES, "x=1 | r0=x y=r0 | r1=y rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, release, SOMETIMES, "x=1 | r0=x y:=1 | r1=y r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, release_rmb, NEVER, "x=1 | r0=x y:=1 | r1=y rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, acquire_rmb, SOMETIMES, "x=1 | r0:=x y=1 | r1=y rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, wmb_rmb, SOMETIMES, "x=1 | r0=x wmb y=1 | r1=y rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(wrc, mb_rmb, NEVER, "x=1 | r0=x mb y=1 | r1=y rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, once, SOMETIMES, "x=1 y=1 | r0=y z=1 | r1=z r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, release_acquire, NEVER, "x=1 y:=1 | r0:=y z:=1 | r1:=z r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, release_release, NEVER, "x=1 y:=1 | r0=y z:=1 | r1:=z r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, wmb_data, SOMETIMES, "x=1 wmb y=1 | r0=y z=r0 | r1=z rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, mb_data, NEVER, "x=1 mb y=1 | r0=y z=r0 | r1=z rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, mb_once, NOT_SHOWN, "x=1 mb y=1 | r0=y z=1 | r1=z rmb r2=x", "r0=1 r1=1 r2=0")
LITMUS(isa2, locks, NEVER,
       "lock x=1 y=1 unlock | lock r0=y z=1 unlock | r1=z mb r2=x", "r0=1 r1=1 r2=0")
LITMUS(rwc, once, SOMETIMES, "x=1 | r0=x r1=y | y=1 r2=x", "r0=1 r1=0 r2=0")
LITMUS(rwc, rmb_mb, SOMETIMES, "x=1 | r0=x rmb r1=y | y=1 mb r2=x", "r0=1 r1=0 r2=0")
LITMUS(rwc, mb_mb, NEVER, "x=1 | r0=x mb r1=y | y=1 mb r2=x", "r0=1 r1=0 r2=0")
LITMUS(wrwc, once, SOMETIMES, "x=1 y=1 | r0=y r1=z | z=1 r2=x", "r0=1 r1=0 r2=0")
LITMUS(wrwc, mb_mb_mb, NEVER, "x=1 mb y=1 | r0=y mb r1=z | z=1 mb r2=x", "r0=1 r1=0 r2=0")
LITMUS(iriw, once, SOMETIMES, "x=1 | r0=x r1=y | y=1 | r2=y r3=x", "r0=1 r1=0 r2=1 r3=0")
LITMUS(iriw, acquire, SOMETIMES, "x=1 | r0:=x r1=y | y=1 | r2:=y r3=x", "r0=1 r1=0 r2=1 r3=0")
LITMUS(iriw, mb_rmb, SOMETIMES, "x=1 | r0=x mb r1=y | y=1 | r2=y rmb r3=x",
       "r0=1 r1=0 r2=1 r3=0")
LITMUS(iriw, mb_mb, NEVER, "x=1 | r0=x mb r1=y | y=1 | r2=y mb r3=x", "r0=1 r1=0 r2=1 r3=0")

/* Two stores to one variable. */
LITMUS(r, once, SOMETIMES, "x=1 y=1 | y=2 r0=x", "r0=0 y=2")
LITMUS(r, wmb_mb, SOMETIMES, "x=1 wmb y=1 | y=2 mb r0=x", "r0=0 y=2")
LITMUS(r, mb_mb, NEVER, "x=1 mb y=1 | y=2 mb r0=x", "r0=0 y=2")
LITMUS(s, once, NOT_SHOWN, "x=2 y=1 | r0=y x=1", "r0=1 x=2")
LITMUS(s, wmb_acquire, NEVER, "x=2 wmb y=1 | r0:=y x=1", "r0=1 x=2")
LITMUS(ww22, once, NOT_SHOWN, "x=1 y=2 | y=1 x=2", "x=1 y=1")
LITMUS(ww22, mb_mb, NEVER, "x=1 mb y=2 | y=1 mb x=2", "x=1 y=1")
LITMUS(z60, release_acquire_mb, SOMETIMES, "x=1 y:=1 | r0:=y z:=1 | z=2 mb r1=x",
       "r0=1 z=2 r1=0")
LITMUS(z60, locks_mb, SOMETIMES,
       "lock x=1 y=1 unlock | lock r0=y z=1 unlock | z=2 mb r1=x", "r0=1 z=2 r1=0")
LITMUS(z60, locks_after_lock_mb, NEVER,
       "lock x=1 y=1 unlock | lock after_lock r0=y z=1 unlock | z=2 mb r1=x", "r0=1 z=2 r1=0")

/* RCU. */
LITMUS(rcu, reader_sees_what_came_before, NEVER, "rcu r0=x r1=y unrcu | y=1 gp x=1",
       "r0=1 r1=0")
LITMUS(rcu, period_waits_for_the_reader, NEVER, "rcu r0=p r1=*r0 unrcu | p=&y gp z=1",
       "r0=&z r1=1")
LITMUS(rcu, no_reader, SOMETIMES, "r0=x r1=y | y=1 gp x=1", "r0=1 r1=0")
LITMUS(rcu, no_period, SOMETIMES, "rcu r0=x r1=y unrcu | y=1 x=1", "r0=1 r1=0")
LITMUS(rcu, period_is_a_barrier, NEVER, "x=1 gp r0=y | y=1 mb r1=x", "r0=0 r1=0")
LITMUS(rcu, period_is_one_barrier, SOMETIMES, "x=1 gp r0=y | y=1 r1=x", "r0=0 r1=0")
LITMUS(rcu, two_periods, NEVER, "x=1 gp r0=y | y=1 gp r1=x", "r0=0 r1=0")
LITMUS(rcu, reader_and_period, NEVER, "x=1 gp r0=y | rcu y=1 r1=x unrcu", "r0=0 r1=0")
LITMUS(rcu, two_readers_and_a_period, SOMETIMES,
       "x=1 gp r0=y | rcu y=1 r1=z unrcu | rcu z=1 r2=x unrcu", "r0=0 r1=0 r2=0")
LITMUS(rcu, two_readers_and_two_periods, NEVER,
       "x=1 gp gp r0=y | rcu y=1 r1=z unrcu | rcu z=1 r2=x unrcu", "r0=0 r1=0 r2=0")

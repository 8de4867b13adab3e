# SPDX-License-Identifier: GPL-2.0
#
# Targets of people. scripts/build/one finds the tree and the variant, drops the objects
# whose sources changed in content, and lets scripts/build/rules.mk build what is missing.
#
#   make deps                       what is needed, once
#   make [KDIR=dir|KERNEL=7.3] [VARIANT=asan|plain|tsan|cov] [CC=gcc|clang]
#   make CONFIG=core                without huge pages, migration, KSM, swap and userfaultfd: the default
#                                   of VARIANT=tsan only
#   make CONFIG=full+no_vma_lock    with what configs/no_vma_lock.config changes
#   make LOCKDEP=0                  without the kernel's proof of its locking, which the variant
#                                   asan has by default; LOCKDEP=1 is with it
#   make LAZY=1 [UPTO=n]            with patches/anon_vma_lazy, or its first n patches: the default
#                                   for the packaged kernel that they are for; LAZY=0 is without

# What is given goes to the scripts in the environment as it is: neither make nor a shell
# expands it, and scripts/build/variables.sh checks it.
ifeq ($(origin CC),default)
CC	:= gcc
endif
variables := KERNEL KDIR VARIANT CONFIG DEBUG LOCKDEP LAZY UPTO CC JOBS V LINK TESTS QUICK KEEP_GOING ARGS
$(foreach v,$(variables),$(eval override export $(v) := $$(value $(v))))
MAKEOVERRIDES :=

# A target that is not there; its name does not reach a shell
.DEFAULT:
	$(error there is no target '$@'; make help lists them)

.PHONY: all deps vma_test vma_part vma_bench vma_fuzz vma_replay vma_run vma_libfuzzer compile_commands.json print-out check coverage impact mutants layout clean help
all: vma_test

vma_test vma_part vma_bench vma_fuzz vma_replay vma_run vma_libfuzzer compile_commands.json print-out:
	@scripts/build/one $@

deps:
	@scripts/deps $${KERNEL:+--kernel "$$KERNEL"}

check:
	@scripts/check-tree $${KDIR:+"$$KDIR"}

# the goals are for all that the cases can reach
coverage:
	@scripts/build/with-args scripts/coverage --kernel "$$KERNEL" --kdir "$$KDIR" \
		--config "$${CONFIG:-full}" -j "$${JOBS:-$$(nproc)}"

# the tree's edits since the first call, or since the last scripts/reach --record
impact: vma_test
	@scripts/reach --changed >build/first
	@scripts/build/with-args ./vma_test --first=build/first

mutants:
	@scripts/build/with-args scripts/mutants --kernel "$$KERNEL" --kdir "$$KDIR" \
		--config "$${CONFIG:-core}" -j "$${JOBS:-$$(nproc)}"

layout:
	@scripts/layout KERNEL="$$KERNEL" KDIR="$$KDIR" CONFIG="$${CONFIG:-full}" DEBUG="$${DEBUG:-1}" \
		CC="$$CC" JOBS="$$JOBS"

clean:
	rm -rf build vma_test vma_part vma_bench vma_fuzz vma_replay vma_run vma_libfuzzer compile_commands.json

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make vma_part TESTS=GLOB    vma_test with only the files of tests that -t GLOB needs"
	@echo "make QUICK=1                for many builds in a row: lines but no types for a debugger, test.h"
	@echo "                            precompiled, objects kept for when their inputs are as they were"
	@echo "make KEEP_GOING=1           leaves out suites that do not compile for a tree that nobody has tried, and"
	@echo "                            makes stubs of the functions that it lacks; says which"
	@echo "make vma_bench              times beside the host kernel's own system calls"
	@echo "make vma_fuzz               random sequences of operations, see docs/fuzzing.md"
	@echo "make vma_libfuzzer          the same for libFuzzer, with VARIANT=fuzzer CC=clang"
	@echo "make vma_run                programs of this computer on the code, see docs/hosted.md"
	@echo "make vma_replay             traces of strace through the code, see docs/replay.md"
	@echo "make compile_commands.json  for clangd, of the tree and variant given"
	@echo "make print-out              the directory that the binary is built in"
	@echo "make LINK=no                builds, and leaves ./vma_test as it is"
	@echo "make check                  the rules that the tree of files must keep"
	@echo "make coverage               what the cases reach of the subject; ARGS=--help for more"
	@echo "make impact                 vma_test with the cases first that run what was edited in the tree; ARGS=-x"
	@echo "make mutants                reintroduces bugs and asks that a case turns red; ARGS=--help"
	@echo "make layout                 sizes of structs without and with our series, by pahole"
	@echo "make clean                  removes build/ and the binaries, keeps the cache"

# SPDX-License-Identifier: GPL-2.0
#
# Targets of people. scripts/build/one finds the tree and the variant, drops the objects
# whose sources changed in content, and lets scripts/build/rules.mk build what is missing.
#
#   make deps                       what is needed, once
#   make [KDIR=dir|KERNEL=7.3] [VARIANT=asan|plain|tsan|cov] [CC=gcc|clang]
#   make CONFIG=full                with huge pages, migration, KSM and swap too
#   make LOCKDEP=0                  without the kernel's proof of its locking, which the variant
#                                   asan has by default; LOCKDEP=1 is with it
#   make LAZY=1 [UPTO=n]            with patches/anon_vma_lazy, or its first n patches: the default
#                                   for the packaged kernel that they are for; LAZY=0 is without

KERNEL	?=
KDIR	?=
VARIANT	?= asan
CONFIG	?= core
DEBUG	?= 1
LOCKDEP	?=
LAZY	?=
UPTO	?=
TESTS	?=
QUICK	?=
V	?= 0
ifeq ($(origin CC),default)
CC	:= gcc
endif
JOBS	?= $(shell nproc)
LINK	?= yes

variants := asan plain tsan cov fuzzer
ifeq ($(filter $(VARIANT),$(variants)),)
$(error no such VARIANT "$(VARIANT)": choose one of $(variants))
endif

args = KERNEL="$(KERNEL)" KDIR="$(KDIR)" VARIANT="$(VARIANT)" CONFIG="$(CONFIG)" \
       DEBUG="$(DEBUG)" LOCKDEP="$(LOCKDEP)" LAZY="$(LAZY)" UPTO="$(UPTO)" CC="$(CC)" JOBS="$(JOBS)" V="$(V)" \
       LINK="$(LINK)" TESTS="$(TESTS)" QUICK="$(QUICK)"

.PHONY: all deps vma_test vma_part vma_bench vma_fuzz vma_replay vma_libfuzzer compile_commands.json print-out check coverage mutants layout clean help
all: vma_test

vma_test vma_part vma_bench vma_fuzz vma_replay vma_libfuzzer compile_commands.json print-out:
	@$(args) scripts/build/one $@

deps:
	@scripts/deps $(if $(KERNEL),--kernel $(KERNEL))

check:
	@scripts/check-tree $(KDIR)

# the goals are for all that the cases can reach
coverage: CONFIG := $(if $(filter file,$(origin CONFIG)),full,$(CONFIG))
coverage:
	@CC="$(CC)" scripts/coverage --kernel "$(KERNEL)" --kdir "$(KDIR)" --config $(CONFIG) \
		-j $(JOBS) $(ARGS)

mutants:
	@CC="$(CC)" scripts/mutants --kernel "$(KERNEL)" --kdir "$(KDIR)" --config $(CONFIG) \
		-j $(JOBS) $(ARGS)

layout:
	@scripts/layout KERNEL="$(KERNEL)" KDIR="$(KDIR)" CONFIG="$(CONFIG)" DEBUG="$(DEBUG)" \
		CC="$(CC)" JOBS="$(JOBS)"

clean:
	rm -rf build vma_test vma_part vma_bench vma_fuzz vma_replay vma_libfuzzer compile_commands.json

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make vma_part TESTS=GLOB    vma_test with only the files of tests that -t GLOB needs"
	@echo "make QUICK=1                for many builds in a row: lines but no types for a debugger, test.h"
	@echo "                            precompiled, objects kept for when their inputs are as they were"
	@echo "make vma_bench              times beside the host kernel's own system calls"
	@echo "make vma_fuzz               random sequences of operations, see docs/fuzzing.md"
	@echo "make vma_libfuzzer          the same for libFuzzer, with VARIANT=fuzzer CC=clang"
	@echo "make vma_replay             traces of strace through the code, see docs/replay.md"
	@echo "make compile_commands.json  for clangd, of the tree and variant given"
	@echo "make print-out              the directory that the binary is built in"
	@echo "make LINK=no                builds, and leaves ./vma_test as it is"
	@echo "make check                  the rules that the tree of files must keep"
	@echo "make coverage               what the cases reach of the subject; ARGS=--help for more"
	@echo "make mutants                reintroduces bugs and asks that a case turns red; ARGS=--help"
	@echo "make layout                 sizes of structs without and with our series, by pahole"
	@echo "make clean                  removes build/ and the binaries, keeps the cache"

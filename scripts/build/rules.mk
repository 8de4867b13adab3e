# SPDX-License-Identifier: GPL-2.0
#
# Rules to compile each kind of file. No rule depends on a source's time: the
# objects whose inputs changed in content are gone when this file runs (see
# scripts/build/objects), so an object that exists is up to date.
#
#   subject   files of the tree: they see the tree's headers and our stubs
#   kernel    mm_shim/kernel, tests, programs/*/kernel: the same, and mm_shim/include
#   host      mm_shim/host, programs: the C library and liburcu

obj	:= $(out)/obj
gen	:= $(out)/gen/include

# a configuration is core and what it adds, and what a + adds to that; not each adds files
configs := core $(filter-out core,$(subst +, ,$(CONFIG))) $(if $(filter 1,$(LOCKDEP)),lockdep)
lists	:= $(patsubst %,"$(top)/%",$(wildcard $(patsubst %,configs/%.files,$(configs))))

# configs/*.files, as far as the tree has them
files	:= $(shell $(top)/scripts/build/subject "$(kdir)" $(lists))
ifneq ($(.SHELLSTATUS),0)
$(error the tree lacks a subject file, see above)
endif
# found by scripts/build/link, see scripts/build/one
files	+= $(filter-out $(files),$(foreach f,$(shell cat $(out)/added 2>/dev/null),$(if $(wildcard $(kdir)/$(f)),$(f))))
# lib/Makefile has it behind CONFIG_LIST_HARDENED, which scripts/build/mkgen then drops
ifeq ($(DEBUG),0)
files	:= $(filter-out lib/list_debug.c,$(files))
endif

# $(1) a file of the tree: its wrapper has the same path below mm_shim/subject
source_of = $(firstword $(wildcard $(top)/mm_shim/subject/$(1)) $(kdir)/$(1))
# $(1) folders, below the top: their C files
in	= $(patsubst $(top)/%,%,$(foreach d,$(1),$(wildcard $(top)/$(d)/*.c)))
# a folder, each of its folders
kernel	:= $(call in,mm_shim/kernel/*)
lib	:= $(call in,tools/testing/vma/lib/*)
suites	:= $(filter-out $(left_out),$(call in,tools/testing/vma/*))
tests	:= $(suites) $(lib)
# the files that hold what is asked for, see scripts/build/parts
part	:= $(lib) $(if $(filter vma_part,$(target)),$(shell cat $(out)/part))
host	:= $(call in,mm_shim/host)
# the kernel's half of a program, and the C library's
bench	:= $(call in,programs/bench/kernel)
fuzz	:= $(call in,programs/fuzz/kernel)
replay	:= $(call in,programs/replay/kernel)
hosted	:= $(call in,programs/run/kernel)
# the traces are cases of vma_test too
replayed := $(filter-out %/case.c,$(replay))
traces	:= programs/replay/traces.c $(call in,programs/replay/read)
common	= $(patsubst %,programs/common/%.c,$(1))
runner	:= $(call in,programs/test) $(call common,capture result sanitizer source usage util)
benchmain := $(call in,programs/bench) $(call common,usage)
fuzzmain := $(call in,programs/fuzz) $(call common,apart capture same sanitizer source usage util)
replaymain := $(filter-out %/traces.c,$(call in,programs/replay programs/replay/read programs/replay/write)) \
	$(call common,apart capture same sanitizer source usage util)
hostedmain := $(call in,programs/run) $(call common,sanitizer usage util)
# what libFuzzer calls has no main() of its own
libfuzzer := $(call in,programs/libfuzzer) $(patsubst %,programs/fuzz/%.c,generate corpus) $(call common,util)

o	= $(patsubst %.c,$(obj)/$(1)/%.o,$(2))
subject_o := $(call o,subject,$(files))
kernel_o  := $(call o,kernel,$(kernel))
tests_o   := $(call o,kernel,$(tests) $(replayed))
part_o    := $(call o,kernel,$(part) $(replayed))
bench_o   := $(call o,kernel,$(bench))
host_o    := $(call o,host,$(host))
runner_o  := $(call o,host,$(runner) $(traces))
benchmain_o := $(call o,host,$(benchmain))
lib_o	  := $(call o,kernel,$(lib))
fuzz_o	  := $(call o,kernel,$(fuzz))
fuzzmain_o := $(call o,host,$(fuzzmain))
libfuzzer_o := $(call o,host,$(libfuzzer))
replay_o  := $(call o,kernel,$(replay))
replaymain_o := $(call o,host,$(replaymain))
hosted_o  := $(call o,kernel,$(hosted))
hostedmain_o := $(call o,host,$(hostedmain))

# ---- flags

opt.asan  := -O1 -g -fsanitize=address,undefined
opt.asan  += -fno-sanitize=alignment,null,shift,vptr,signed-integer-overflow,pointer-overflow
opt.plain := -O2 -g
opt.tsan  := -O1 -g -fsanitize=thread
# volatile accesses are marked ones, see mm_shim/host/tsan.c
volatile.gcc   := --param tsan-distinguish-volatile=1
volatile.clang := -mllvm -tsan-distinguish-volatile=1
# the counters make functions too large to be inlined, where 6.12 relies on it
opt.cov   := -O1 -g --coverage -finline-functions --param max-inline-insns-single=1000 \
	--param max-inline-insns-auto=500 --param inline-unit-growth=200
# the same as plain, but for what subject_cc adds
opt.edges := $(opt.plain)
# for libFuzzer and AFL++, by clang: asan that tells which branches were taken
opt.fuzzer := $(opt.asan) -fsanitize=fuzzer-no-link
# the counters of a function go with the function, where nobody calls it
link.fuzzer := -Wl,-z,start-stop-gc -fsanitize=address,undefined $(or $(FUZZ_ENGINE),-fsanitize=fuzzer)
link.asan := -fsanitize=address,undefined
link.tsan := -fsanitize=thread
link.cov  := --coverage

opt	= $(opt.$(VARIANT))$(if $(QUICK), -g1)

is_clang := $(findstring clang,$(shell $(CC) --version | head -1))

# the kernel's own choices of Makefile and scripts/Makefile.extrawarn
kernel_w := -Wall -Wundef -Wno-pointer-sign -Wno-unused-function \
	-Wno-unused-variable -Wno-unused-but-set-variable \
	-Wno-unused-const-variable -Wno-format-security -Wno-main \
	-Wno-address-of-packed-member -Wno-array-bounds -Wno-sign-compare
opt.tsan  += $(if $(filter tsan,$(VARIANT)),$(volatile.$(if $(is_clang),clang,gcc)))

ifneq ($(is_clang),)
kernel_w += -Wno-gnu -Wno-microsoft-anon-tag -Wno-unknown-warning-option \
	-Wno-initializer-overrides -Wno-division-by-zero -Wno-tautological-constant-out-of-range-compare
lang := -fms-extensions
# clang would put red zones between the parts of arrays that the linker makes of
# a section (per-CPU data, the tests); gcc leaves such sections alone
opt.asan += $(if $(findstring asan,$(VARIANT)),-mllvm -asan-globals=0)
opt.fuzzer += -mllvm -asan-globals=0
else
# what gcc 12 guesses wrong once it inlines less or more than in the kernel
kernel_w += -Wno-stringop-overflow -Wno-dangling-pointer -Wno-maybe-uninitialized \
	-Wno-frame-address -Wno-format-truncation -Wno-format-overflow -Wno-tsan
lang := -fms-extensions -fno-delete-null-pointer-checks
# 6.12 has a BUILD_BUG() in a function that is only "inline", and so has to be inlined at -O1
must_inline := $(shell grep -s 'static inline void __folio_rmap_sanity_checks' $(kdir)/include/linux/rmap.h)
opt.asan += $(if $(must_inline),--param max-inline-insns-single=200)
opt.tsan += $(if $(must_inline),--param max-inline-insns-single=200)
opt.cov += $(if $(must_inline),--param large-function-growth=1000)
endif

renames := $(shell sed 's/\#.*//' $(top)/mm_shim/rename.list)
cpp := -nostdinc $(foreach r,$(renames),-D$(r)=kernel_$(r)) -D__KERNEL__ -D__DISABLE_EXPORTS \
	-DKBUILD_MODNAME='"shim"' -DKBUILD_BASENAME='"shim"' -DKBUILD_MODFILE='"shim"' \
	-I$(gen) -I$(top)/tools/include -I$(kdir)/include \
	-I$(top)/tools/include/uapi -I$(gen)/uapi -I$(kdir)/include/uapi
# what all of the kernel is compiled with before its first line
first	:= $(kdir)/include/linux/compiler-version.h $(gen)/generated/shim_probes.h \
	$(kdir)/include/linux/kconfig.h $(kdir)/include/linux/compiler_types.h
kbase := -std=gnu11 $(lang) -fmacro-prefix-map=$(top)/= -fmacro-prefix-map=$(kdir)/= -fshort-wchar -funsigned-char -fno-common \
	-fno-strict-aliasing -fno-strict-overflow -fno-omit-frame-pointer \
	-fno-optimize-sibling-calls -fno-stack-protector \
	-ffunction-sections -fdata-sections $(kernel_w) -Werror=implicit-function-declaration
kflags := $(cpp) $(addprefix -include ,$(first)) $(kbase)
hflags := -std=gnu11 $(addprefix -I$(top)/,mm_shim/include mm_shim/host programs programs/common programs/fuzz) -I$(kdir)/tools/include -Wall -Wextra \
	-Werror=implicit-function-declaration -fno-omit-frame-pointer $(URCU_CFLAGS)

# whose own accesses are nothing to a sanitizer: what they share is kept apart by
# the turns of a race, which TSan must not see
bare := $(foreach f,objects stack turn choose tsan rewind maps files,mm_shim/%/$(f).c) \
	mm_shim/kernel/race/race.c mm_shim/kernel/race/turns.c \
	mm_shim/kernel/race/story.c mm_shim/kernel/cpu/dispatch.c \
	$(foreach f,weak views weak_tale,mm_shim/kernel/race/$(f).c) \
	mm_shim/kernel/memory/tlb.c
# The oracle looks when no other thread runs, so what it reads is no race: most of what
# TSan would look at otherwise. The code that it calls stays what it is.
bare += $(if $(filter tsan,$(VARIANT)),tools/testing/vma/lib/oracle/%)
# where the headers of the tests' folders are found by name
kernel_dirs := tools/testing/vma/lib $(sort $(patsubst %/,%,$(dir $(lib)))) programs/replay/kernel programs
# where tasks of a race take turns: in the tree's code and in the tests
points := $(if $(filter 1,$(DEBUG)),-DSHIM_POINTS $(if $(filter cov,$(VARIANT)),-DSHIM_POINTS_CALLED))
# lockdep looks at locks and takes none of them: neither the kernel's sanitizers nor
# ours look at it (kernel/locking/Makefile), and no task passes its turn in it
watcher := kernel/locking/lockdep.c
# vma_fuzz keeps what takes a new edge of the tree's code, see mm_shim/host/edges.c
# and vma_test --reach tells which functions a case runs: each that is not "inline" is one
edges := $(if $(filter edges,$(VARIANT)),-fsanitize-coverage=trace-pc -fno-inline-functions \
	-fno-inline-small-functions -fno-inline-functions-called-once -fno-partial-inlining -fno-ipa-icf)
subject_cc = $(CC) $(kflags) $(if $(filter $(watcher),$(1)),-O2 -g,$(points) $(opt) $(edges)) \
	-I$(kdir) -I$(kdir)/$(dir $(1))
posted	:= $(if $(wildcard $(out)/gen/posted),-I$(out)/gen/posted -Wno-int-conversion)
# clang 14 warns of the variables that guard() of the tree's headers makes
kernel_flags = $(kbase) $(if $(filter tools/testing/vma/% programs/%,$(1)),$(points)) $(if $(filter $(bare),$(1)),-O2 -g,$(opt)) -Wno-missing-prototypes \
	$(if $(is_clang),,-Wunused-variable -Wunused-but-set-variable) \
	-I$(top)/mm_shim/include -I$(kdir)/mm $(addprefix -I$(top)/,$(kernel_dirs))
# nine tenths of the time that a test takes are for test.h, so gcc reads it once
pch = $(if $(is_clang),,$(if $(filter $(tests),$(1)),$(obj)/kernel/pch/first.h))
kernel_cc  = $(CC) $(posted) $(cpp) $(addprefix -include ,$(or $(call pch,$(1)),$(first))) $(call kernel_flags,$(1))
supp := $(top)/mm_shim/host/tsan.supp
host_cc    = $(CC) $(hflags) $(if $(filter $(bare),$(1)),-O2 -g,$(opt)) \
	$(if $(filter %/common/source.c,$(1)),-DSHIM_TOP='"$(top)"' -DSHIM_TREE='"$(kdir)"') \
	$(if $(filter %/host/edges.c,$(1)),-DSHIM_EDGES=$(if $(edges),1,0)) \
	$(if $(filter %/replay/traces.c,$(1)),-DSHIM_TRACES='"$(top)/tools/testing/vma/traces"') \
	$(if $(filter tsan,$(VARIANT)),$(if $(filter %/tsan.c,$(1)),-DSHIM_TSAN -DSHIM_TSAN_SUPP='"$(supp)"'))

# $(1) kind, $(2) source as seen from its root, $(3) path of the source
say = $(if $(filter 1,$(V)),:,printf '  %-8s %s\n' "$(1)" "$(2)")
define compile
@mkdir -p $(@D)
@$(call say,CC,$(2))
@printf '%s\n' '$(subst ','\'',$(call $(1)_cc,$(2)) -c $(3))' >$@.cmd
@: >$(out)/.compiled
@$(call $(1)_cc,$(2)) -MD -MF $@.d -c -o $@.tmp $(3) || { \
	rc=$$?; rm -f $@.tmp; \
	[ $$rc -le 128 ] || printf '%s\n' "build: environment: $(CC) was ended by signal $$((rc - 128)), with $(2)" >&2; \
	[ $$rc -gt 128 ] || $(top)/scripts/build/explain "$(kdir)" "$(top)" $(3) $(call $(1)_cc,$(2)) -c $(3); \
	printf '%s\n' "build: $(3) does not compile (kernel tree $(kdir), $(CC), $(VARIANT))" >&2; exit 1; }
$(if $(call pch,$(2)),@echo $(call pch,$(2)).gch >>$@.d)
@mv $@.tmp $@
endef

# A file of ours that takes the place of the tree's, which the object was made of before
wrapped := $(patsubst $(top)/mm_shim/subject/%.c,$(obj)/subject/%.o,$(shell find $(top)/mm_shim/subject -name '*.c'))
$(wrapped): $(obj)/subject/%.o: $(top)/mm_shim/subject/%.c

$(obj)/subject/%.o:
	$(call compile,subject,$*.c,$(call source_of,$*.c))

$(obj)/kernel/pch/first.h.gch:
	@mkdir -p $(@D)
	@$(call say,PCH,tools/testing/vma/lib/test.h)
	@printf '#include "%s"\n' $(first) test.h >$(@D)/first.h
	@: >$@.cmd
	@$(CC) $(posted) $(cpp) $(call kernel_flags,$(firstword $(tests))) -MD -MF $@.d -x c-header -o $@.tmp $(@D)/first.h
	@mv $@.tmp $@
ifneq ($(call pch,$(firstword $(tests))),)
$(call o,kernel,$(tests)): | $(obj)/kernel/pch/first.h.gch
endif

$(obj)/kernel/%.o:
	$(call compile,kernel,$*.c,$(top)/$*.c)

$(obj)/host/mm_shim/host/tsan.o: $(supp)
$(obj)/host/%.o:
	$(call compile,host,$*.c,$(top)/$*.c)

# never-called stubs: each aborts with its name, and gives way to a real one
# made again when link.new differs, see prepare
$(obj)/stubs.o:
	@mkdir -p $(@D)
	@$(top)/scripts/build/mkstubs $(top)/mm_shim/stubs.list >$(obj)/stubs.S
	@$(CC) -c -o $@.tmp $(obj)/stubs.S
	@mv $@.tmp $@

wraps := -Wl,--wrap=do_exit -Wl,--wrap=kthread_do_exit
ldflags := $(link.$(VARIANT)) -pthread -Wl,--gc-sections -Wl,-T,$(top)/mm_shim/link.lds $(wraps)
libs := $(URCU_LIBS) -lurcu-memb -lurcu-common

define link
@: >$(out)/.linking
@$(call say,LD,$(notdir $@))
@printf '%s\n' '$(subst ','\'',$(CC) $(ldflags) -o $@ $^ $(libs))' >$@.cmd
@$(top)/scripts/build/objects kinds "$(out)" "$(kdir)" "$(top)"
@$(top)/scripts/build/link $(CC) $(ldflags) -o $@.tmp $^ $(libs)
@$(top)/scripts/build/objects names "$(out)" "$@.tmp"
@mv $@.tmp $@
endef

needs.vma_test := $(subject_o) $(kernel_o) $(tests_o) $(host_o) $(runner_o) $(obj)/stubs.o
needs.vma_part := $(subject_o) $(kernel_o) $(part_o) $(host_o) $(runner_o) $(obj)/stubs.o
needs.vma_bench := $(subject_o) $(kernel_o) $(bench_o) $(host_o) $(benchmain_o) $(obj)/stubs.o
needs.vma_fuzz := $(subject_o) $(kernel_o) $(lib_o) $(fuzz_o) $(host_o) $(fuzzmain_o) $(obj)/stubs.o
needs.vma_replay := $(subject_o) $(kernel_o) $(lib_o) $(replay_o) $(host_o) $(replaymain_o) $(obj)/stubs.o
needs.vma_run := $(subject_o) $(kernel_o) $(lib_o) $(hosted_o) $(host_o) $(hostedmain_o) $(obj)/stubs.o
needs.vma_libfuzzer := $(subject_o) $(kernel_o) $(lib_o) $(fuzz_o) $(host_o) $(libfuzzer_o) $(obj)/stubs.o
# for scripts/build/one: how many are to be compiled, and the link
needed	:= $(needs.$(filter vma_%,$(MAKECMDGOALS)))
ifneq ($(needed),)
$(info # $(words link $(filter-out $(wildcard $(needed)) $(obj)/stubs.o,$(needed))))
endif

$(out)/vma_test: $(needs.vma_test)
	$(link)

$(out)/vma_part: $(needs.vma_part)
	$(link)

$(out)/vma_bench: $(needs.vma_bench)
	$(link)

$(out)/vma_fuzz: $(needs.vma_fuzz)
	$(link)

$(out)/vma_replay: $(needs.vma_replay)
	$(link)

$(out)/vma_run: $(needs.vma_run)
	$(link)

$(out)/vma_libfuzzer: $(needs.vma_libfuzzer)
	$(link)

programs := vma_test vma_part vma_bench vma_fuzz vma_replay vma_run vma_libfuzzer
.PHONY: $(programs) prepare compile_commands.json
$(programs): %: $(out)/%
	@:
	$(if $(filter yes,$(LINK)),@ln -sfn $(patsubst $(top)/%,%,$<) $(top)/$@)

compile_commands.json: vma_test
	@$(top)/scripts/build/objects commands "$(out)" "$(top)" >$(top)/$@.tmp
	@mv $(top)/$@.tmp $(top)/$@

# the generated headers, and what the objects depend on beside their headers
prepare:
	@mkdir -p $(out)/gen
	@printf '%s\n' '$(subst ','\'',$(kflags))' >$(out)/gen/kernel.flags.new
	@printf '%s\n' '$(subst ','\'',$(kflags) $(hflags) $(opt) $(shell $(CC) --version | head -1))' >$(out)/flags.new
	@mkdir -p $(gen)/generated
	@$(top)/scripts/build/subject --header "$(kdir)" $(lists) >$(gen)/generated/shim_subject.h
	@printf '%s\n' '$(CC) $(ldflags) $(libs)' $(subject_o) $(kernel_o) $(tests_o) $(bench_o) $(fuzz_o) \
		$(host_o) $(runner_o) $(benchmain_o) $(fuzzmain_o) $(replay_o) $(replaymain_o) $(hosted_o) $(hostedmain_o) $(libfuzzer_o) >$(out)/link.new
	@cat $(addprefix $(top)/,mm_shim/link.lds mm_shim/stubs.list scripts/build/mkstubs) >>$(out)/link.new
	@cd $(top) && find tools/include -name '*.h' | LC_ALL=C sort >>$(out)/flags.new
	@cat $(patsubst %,"$(top)/configs/%.config",$(configs)) >$(out)/gen/config
	@$(top)/scripts/build/mkgen "$(kdir)" $(out)/gen/config $(out)/gen "$(CC)" $(DEBUG)

#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0
#
# Build for a fuzzing farm: the fuzzer goes to $OUT, with a corpus and the
# options that it wants. $KDIR is a kernel tree, else the newest packaged one is
# fetched. $LIB_FUZZING_ENGINE is the engine: libFuzzer's, or AFL++'s driver.
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
[ -f Makefile ] || cd "${SRC:-../..}/vma-shim" 2>/dev/null || cd ../..
: "${OUT:=$PWD/build/fuzz-out}" "${CC:=clang}" "${CONFIG:=full}"
mkdir -p "$OUT"

[ -n "${KDIR:-}" ] || scripts/kdir >/dev/null 2>&1 || make deps
FUZZ_ENGINE=${LIB_FUZZING_ENGINE:-} make vma_libfuzzer VARIANT=fuzzer CC="$CC" CONFIG="$CONFIG" \
	KDIR="${KDIR:-}"
cp -L vma_libfuzzer "$OUT/vma_libfuzzer"

# make a corpus to begin with, by vma_fuzz
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
make vma_fuzz VARIANT=plain CC=clang CONFIG="$CONFIG" KDIR="${KDIR:-}"
./vma_fuzz --quiet --steps=200000 --corpus="$corpus" || [ $? = 1 ]
(cd "$corpus" && python3 -m zipfile -c "$OUT/vma_libfuzzer_seed_corpus.zip" ./*)

# allow an hour without output; 960 bytes are 120 operations
printf '[libfuzzer]\nmax_len = 960\ntimeout = 25\n' >"$OUT/vma_libfuzzer.options"

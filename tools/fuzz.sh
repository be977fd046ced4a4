#!/usr/bin/env bash
# tools/fuzz.sh BUILD SECONDS: runs every fuzzer for SECONDS on its corpus; new inputs stay in BUILD, a crash fails.
set -euo pipefail
build=$1
seconds=$2
here=$(cd "$(dirname "$0")/.." && pwd)
for fuzzer in "$build"/tests/fuzz/*_fuzz; do
  name=$(basename "$fuzzer" _fuzz)
  mkdir -p "$build/corpus/$name"
  echo "fuzzing $name for $seconds s"
  "$fuzzer" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/crash-$name-" \
    "$build/corpus/$name" "$here/tests/fuzz/corpus/$name"
done

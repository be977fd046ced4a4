#!/usr/bin/env bash
# sanitize.sh PRESET [ctest's options]: builds with the sanitizers of the preset and runs the tests. What a sanitizer finds ends its
# process, and is written below build/PRESET/reports as well: a test that kills its servers, or does not look how they ended,
# hides nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
reports=$PWD/build/$preset/reports
cmake --preset "$preset"
cmake --build --preset "$preset" -j "${JOBS:-$(nproc)}"
rm -rf "$reports"
mkdir -p "$reports"

common=log_path=$reports/report:halt_on_error=1
export ASAN_OPTIONS=$common:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=$common:print_stacktrace=1
export TSAN_OPTIONS=$common:second_deadlock_stack=1:suppressions=$PWD/cmake/tsan.supp
export LSAN_OPTIONS=suppressions=$PWD/cmake/lsan.supp:print_suppressions=0
status=0
ctest --preset "$preset" "$@" || status=$?
for report in "$reports"/*; do
  [ -e "$report" ] || break
  status=1
  echo "== $report"
  head -n 60 "$report"
done
exit $status

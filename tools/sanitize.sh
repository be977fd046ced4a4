#!/usr/bin/env bash
# sanitize.sh PRESET [ctest's options]: builds all, or TARGETS, with the sanitizers of the preset and runs the tests. A finding ends
# its process. It is also written to build/PRESET/reports. So no finding is lost when a test kills its servers or ignores how they ended.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
reports=$PWD/build/$preset/reports
cmake --preset "$preset"
read -ra targets <<< "${TARGETS:-all}"
cmake --build --preset "$preset" -j "${JOBS:-$(nproc)}" --target "${targets[@]}"
rm -rf "$reports"
mkdir -p "$reports"

common=log_path=$reports/report:halt_on_error=1
export ASAN_OPTIONS=$common:detect_stack_use_after_return=1
export UBSAN_OPTIONS=$common:print_stacktrace=1
# The client libraries of Kafka and MongoDB are not instrumented, so their own races cannot be judged.
export TSAN_OPTIONS=$common:ignore_noninstrumented_modules=1
status=0
ctest --preset "$preset" "$@" || status=$?
for report in "$reports"/*; do
  [ -e "$report" ] || break
  status=1
  echo "== $report"
  head -n 60 "$report"
done
exit $status

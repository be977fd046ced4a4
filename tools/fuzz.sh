#!/usr/bin/env bash
# tools/fuzz.sh BUILD SECONDS [TARGET...]: runs the named fuzzers in BUILD (the preset "fuzz"), or all of them, for SECONDS each.
# One runs per core. New inputs are stored in BUILD/corpus for the next run. An input that causes a crash or a leak, or takes
# longer than ten seconds, fails the run. It is stored in BUILD/crashes.
# FUZZ_SEED=N: the seed of each fuzzer (default: a new one each time).
set -euo pipefail

if [ $# -lt 2 ]; then
  sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,5p' >&2
  exit 2
fi
build=$(cd "$1" && pwd)
seconds=$2
shift 2
root=$(cd "$(dirname "$0")/.." && pwd)
programs=$build/tests/fuzz
log=$build/fuzz-logs
mkdir -p "$log" "$build/crashes"

if [ $# -gt 0 ]; then
  targets=("$@")
else
  targets=()
  for program in "$programs"/*_fuzz; do
    targets+=("$(basename "$program" _fuzz)")
  done
fi
for name in "${targets[@]}"; do
  [ -x "$programs/${name}_fuzz" ] || { echo "fuzz: there is no ${name}_fuzz in $programs: cmake --build --preset fuzz" >&2; exit 2; }
done

# Runs one fuzzer to its end. Its exit status goes into a file, because xargs runs it in another process.
run_one() {
  local name=$1 options=()
  mkdir -p "$build/corpus/$name"
  [ ! -f "$root/tests/fuzz/dict/$name.dict" ] || options+=("-dict=$root/tests/fuzz/dict/$name.dict")
  local ended=0
  "$programs/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
    -seed="${FUZZ_SEED:-0}" -artifact_prefix="$build/crashes/$name-" "${options[@]}" \
    "$build/corpus/$name" "$root/tests/fuzz/corpus/$name" > "$log/$name.log" 2>&1 || ended=$?
  echo "$ended" > "$log/$name.ended"
}
export -f run_one
export build seconds root programs log
rm -f "$log"/*.ended
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'run_one "$1"' - {}

stat_of() { sed -n "s/^stat::$2: *//p" "$log/$1.log" | tail -n 1; }
coverage_of() { sed -n "s/.*$2.* cov: \([0-9]*\) .*/\1/p" "$log/$1.log" | tail -n 1; }

total=0
crashes=0
printf '%-14s %12s %8s %9s %13s %10s\n' target executions exec/s coverage 'new coverage' 'new inputs'
for name in "${targets[@]}"; do
  executions=$(stat_of "$name" number_of_executed_units)
  before=$(coverage_of "$name" INITED)
  after=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log/$name.log" | tail -n 1)
  total=$((total + ${executions:-0}))
  printf '%-14s %12s %8s %9s %13s %10s\n' "$name" "${executions:-?}" "$(stat_of "$name" average_exec_per_sec)" "${after:-?}" \
    "$((${after:-0} - ${before:-0}))" "$(stat_of "$name" new_units_added)"
  ended=$(cat "$log/$name.ended" 2> /dev/null || echo "not at all")
  [ "$ended" != 0 ] || continue
  crashes=$((crashes + 1))
  grep -m 3 -E 'ERROR: |SUMMARY: |CHECK failed|check failed|runtime error' "$log/$name.log" || tail -n 5 "$log/$name.log"
  input=$(sed -n 's/.*Test unit written to //p' "$log/$name.log" | tail -n 1)
  echo "fuzz: $name ended with $ended; see $log/$name.log"
  if [ -n "$input" ]; then
    echo "fuzz: to repeat:   $programs/${name}_fuzz $input"
    echo "fuzz: to minimize: $programs/${name}_fuzz -minimize_crash=1 -runs=100000 $input"
    echo "fuzz: after the fix, keep it as a test: cp $input $root/tests/fuzz/corpus/$name/"
  fi
done
echo "fuzz: ${#targets[@]} targets, $total executions, $crashes crashes"
[ "$crashes" = 0 ]

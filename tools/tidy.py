#!/usr/bin/env python3
"""Runs clang-tidy on the sources, with several files of a target in one run.

clang-tidy spends most of its time on included headers. One run for several files reads the headers only once. Files that do not
compile together, because they use the same name for different things, get separate runs.

    tools/tidy.py --build build/dev                   # all of src, tests and bench
    tools/tidy.py --build build/dev src/domain        # the files of a folder, or one file
    tools/tidy.py --build build/dev --share 3         # one third of all files, which the commit draws

Prints the findings. The exit status is 1 when there are any.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-14"
# Larger runs save little time, and the last one would take longer.
MOST_TOGETHER = 25


def compile_commands(build):
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        for entry in json.load(file):
            path = pathlib.Path(entry["file"])
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                yield str(path.relative_to(ROOT)), entry


def flags_of(entry):
    """The compiler's flags without the files, with absolute paths."""
    words = shlex.split(entry["command"])[1:]
    flags = []
    skipped = False
    for word, after in zip(words, words[1:] + [""]):
        if skipped:
            skipped = False
        elif word in ("-o", "-c"):
            skipped = True
        elif word == "-isystem":
            flags.append(word + os.path.join(entry["directory"], after))
            skipped = True
        elif word.startswith("-I"):
            flags.append("-I" + os.path.join(entry["directory"], word[2:]))
        else:
            flags.append(word)
    return tuple(flags)


def groups(build, wanted):
    """Lists of files with the same flags, and these flags."""
    tracked = subprocess.run(["git", "ls-files", "*.cc"], cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = set(tracked.stdout.split())
    alike = {}
    for path, entry in compile_commands(build):
        if path not in tracked or not any(path == place or path.startswith(place + "/") for place in wanted):
            continue
        alike.setdefault((os.path.dirname(path), flags_of(entry)), set()).add(path)
    for (_, flags), paths in sorted(alike.items()):
        paths = sorted(paths)
        runs = -(-len(paths) // MOST_TOGETHER)
        for run in range(runs):
            yield paths[run::runs], flags


def drawn(all_groups, share):
    """One of `share` parts of the groups. Each commit draws its own, so that a few commits check all."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [group for place, group in enumerate(all_groups) if (place + int(commit[:8], 16)) % share == 0]


def tidy(work, paths, flags):
    """Returns (number of runs, findings)."""
    if len(paths) == 1:
        source, checks = ROOT / paths[0], []
    else:
        source, checks = work / (paths[0].replace("/", "_") + f".{len(paths)}.cc"), ["--checks=-bugprone-suspicious-include"]
        source.write_text("".join(f'#include "{ROOT / path}"\n' for path in paths), encoding="utf-8")
    command = [TIDY, "--quiet", f"--config-file={ROOT}/.clang-tidy", *checks, str(source), "--", *flags]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return 1, ""
    if len(paths) > 1 and "[clang-diagnostic-error]" in done.stdout:
        half = len(paths) // 2
        parts = [tidy(work, paths[:half], flags), tidy(work, paths[half:], flags)]
        return 1 + sum(runs for runs, _ in parts), "".join(found for _, found in parts)
    return 1, (done.stdout or done.stderr).replace(f"{ROOT}/", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/dev", help="a configured build of single files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--share", type=int, default=1, metavar="N", help="check one of N parts of the files")
    parser.add_argument("places", nargs="*", default=["src", "tests", "bench"], help="folders or files")
    options = parser.parse_args()
    build = options.build.resolve()
    work = build / "tidy"
    work.mkdir(exist_ok=True)
    places = [place.rstrip("/") for place in options.places]
    files = runs = failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        asked = {pool.submit(tidy, work, paths, flags): paths for paths, flags in drawn(groups(build, places), options.share)}
        for answer in concurrent.futures.as_completed(asked):
            taken, found = answer.result()
            files += len(asked[answer])
            runs += taken
            failed += bool(found)
            if found:
                print(found, flush=True)
    print(f"{files} files in {runs} runs: {'findings in ' + str(failed) if failed else 'nothing found'}", file=sys.stderr)
    return 1 if failed or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

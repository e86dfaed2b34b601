"""Reads many damaged inputs: each must end in a cine or a ReadError, quickly and within memory.

usage: python scripts/fuzz.py [--inputs 10000] [--first 0]

The inputs are those of Testing/mutated_inputs.py, one seed each, so that a failure can be repeated
with --first SEED --inputs 1. They are read in a process of their own, a chunk at a time: a decoder
that takes its process down costs one input, is reported, and the campaign goes on behind it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import ReadError
from Testing.mutated_inputs import mutate, write_seeds

CHUNK = 1000
MAXIMUM_SECONDS = 5.0
MAXIMUM_MIB = 1024.0
SOUND = ("cine", "refused")


def main() -> int:
    """The exit status: 0 if all went as it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first input")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        read_all(options.first, options.inputs)
        return 0
    outcomes: Counter[str] = Counter()
    slowest, most_mib = 0.0, 0.0
    end, number = options.first + options.inputs, options.first
    while number < end:
        results = read_chunk(number, min(CHUNK, end - number))
        for result in results:
            outcomes[result["outcome"]] += 1
            slowest, most_mib = max(slowest, result["seconds"]), max(most_mib, result["mib"])
            if result["outcome"] not in SOUND or result["seconds"] > MAXIMUM_SECONDS:
                print(result, flush=True)
        number += len(results)
        print(f"{number - options.first} read: {dict(outcomes)}", file=sys.stderr, flush=True)
    print(f"{dict(outcomes)}; slowest {slowest:.2f} s of CPU; {most_mib:.0f} MiB at most")
    is_sound = set(outcomes) <= set(SOUND)
    return 0 if is_sound and slowest <= MAXIMUM_SECONDS and most_mib <= MAXIMUM_MIB else 1


def read_chunk(first: int, count: int) -> list[dict[str, Any]]:
    """The outcomes of inputs read in one process, up to the one that it died of, if any."""
    command = [sys.executable, __file__, "--child", "--first", str(first), "--inputs", str(count)]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    results = [json.loads(line) for line in process.stdout.splitlines()]
    if process.returncode != 0:
        outcome = f"process ended with {process.returncode}"
        dead = {"seed": first + len(results), "outcome": outcome, "seconds": 0.0, "mib": 0.0}
        results.append(dead)
    return results


def read_all(first: int, count: int) -> None:
    """Read inputs one by one and print one JSON object each."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = write_seeds(Path(folder))
        contents = [seed.changed.read_bytes() for seed in seeds]
        before_mib = peak_mib()
        for number in range(first, first + count):
            seed, content = seeds[number % len(seeds)], contents[number % len(seeds)]
            seed.changed.write_bytes(mutate(content, number))
            outcome, seconds = outcome_of(seed.path)
            seed.changed.write_bytes(content)
            result = {"seed": number, "input": seed.path.name, "outcome": outcome}
            mib = peak_mib() - before_mib
            print(json.dumps({**result, "seconds": round(seconds, 2), "mib": mib}), flush=True)


def outcome_of(path: Path) -> tuple[str, float]:
    """What reading ended in, and the seconds of CPU it took."""
    start = time.process_time()
    try:
        read_input(path)
        outcome = "cine"
    except ReadError:
        outcome = "refused"
    except Exception as error:  # what the campaign looks for
        outcome = f"{type(error).__name__}: {error}"[:200]
    return outcome, time.process_time() - start


def peak_mib() -> float:
    """The most memory that the process has held, in MiB (in KiB on Linux, in bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())

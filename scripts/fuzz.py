"""Reads many damaged inputs: each must end in a cine or a ReadError, quickly and within memory.

usage: python scripts/fuzz.py [--inputs 10000] [--first 0]

The inputs are those of Testing/mutated_inputs.py, one seed each, so that a failure can be repeated
with --first SEED --inputs 1.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import ReadError
from Testing.mutated_inputs import mutate, write_seeds

MAXIMUM_SECONDS = 5.0
MAXIMUM_MIB = 1024.0


def main() -> int:
    """The exit status: 0 if all went as it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first input")
    options = parser.parse_args()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        seeds = write_seeds(Path(folder))
        contents = [seed.changed.read_bytes() for seed in seeds]
        before_mib = peak_mib()
        for number in range(options.first, options.first + options.inputs):
            seed, content = seeds[number % len(seeds)], contents[number % len(seeds)]
            seed.changed.write_bytes(mutate(content, number))
            outcome, seconds = outcome_of(seed.path)
            seed.changed.write_bytes(content)
            outcomes[outcome] += 1
            slowest = max(slowest, seconds)
            if outcome not in ("cine", "refused") or seconds > MAXIMUM_SECONDS:
                print(f"seed {number}: {seed.path.name}: {outcome}, {seconds:.1f} s", flush=True)
    memory_mib = peak_mib() - before_mib
    print(f"{dict(outcomes)}; slowest {slowest:.2f} s of CPU; {memory_mib:.0f} MiB at most")
    is_sound = set(outcomes) <= {"cine", "refused"}
    return 0 if is_sound and slowest <= MAXIMUM_SECONDS and memory_mib <= MAXIMUM_MIB else 1


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

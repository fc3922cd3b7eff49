"""How long the standalone verifier takes for the published file of a large poll. Run by hand:

.venv/bin/python -m benchmarks.verifying [--voters 20000] [--batches 1000]

Makes a sealed poll with a question of every kind, and one voter in ten who votes again; the file is
verified by a bare Python without the platform. Prints the median and the worst of three runs, and what
is found in a changed file.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from participation.polls import record, standalone
from tests.polls.definitions import question
from tests.polls.records import PublishedPoll

_ROUNDS = 3
_OPTIONS = 12
_QUESTIONS = [
    question("one", _OPTIONS),
    question("several", _OPTIONS),
    question("approval", _OPTIONS),
    question("score", _OPTIONS),
    question("verdict", 0),
    question("rank", _OPTIONS),
    question("rank", _OPTIONS, rule="stv-scottish", seats=3),
    question("budget", _OPTIONS, budget=230_000),
]


def answers(kind: str, dice: random.Random) -> Any:
    """Return a random choice for a question of twelve options."""
    numbers = list(range(1, _OPTIONS + 1))
    match kind:
        case "one":
            return dice.choice(numbers)
        case "several" | "budget":
            return sorted(dice.sample(numbers, 2))
        case "approval":
            return sorted(dice.sample(numbers, dice.randint(1, 6)))
        case "score":
            return {str(number): dice.randint(0, 5) for number in numbers}
        case "verdict":
            return dice.choice(["yes", "no", "abstain"])
        case _:
            return dice.sample(numbers, dice.randint(1, _OPTIONS))


def main() -> None:
    """Make the file, verify it, print figures."""
    parser = argparse.ArgumentParser(description="Times the standalone verifier.")
    parser.add_argument("--voters", type=int, default=20_000)
    parser.add_argument("--batches", type=int, default=1000)
    options = parser.parse_args()
    dice = random.Random(20)  # noqa: S311
    made = PublishedPoll(
        voters=options.voters,
        batches=options.batches,
        revotes=options.voters // 10,
        questions=_QUESTIONS,
        choices=[[answers(one["kind"], dice) for _ in range(5000)] for one in _QUESTIONS],
    )
    published = made.record()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / standalone.FILE_NAME).write_text(standalone.build(), encoding="utf-8")
        data = record.to_bytes(published)
        (folder / "good.json").write_bytes(data)
        size = f"{len(data) / 1e6:.1f} MB, {len(published['heads'])} heads"
        times = [verified(folder, "good.json", 0) for _ in range(_ROUNDS)]
        print(  # noqa: T201
            f"{options.voters} voters, {len(_QUESTIONS)} questions, {size}: "
            f"median {statistics.median(times):.2f} s, worst {max(times):.2f} s"
        )
        published["ballots"][7][1][0] = published["ballots"][7][1][0] % _OPTIONS + 1
        (folder / "changed.json").write_bytes(record.to_bytes(published))
        print(f"one changed choice: {verified(folder, 'changed.json', 1):.2f} s")  # noqa: T201


def verified(folder: Path, file: str, status: int) -> float:
    """Return how many seconds the verifier took."""
    begin = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", standalone.FILE_NAME, file],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != status:
        raise SystemExit(f"ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()

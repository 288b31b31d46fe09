"""Asks both verifiers; exit status 1 if they differ anywhere."""

import argparse
import os
import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

from .cases import EXAMPLES, Case, make_case, make_circuit_case
from .judges import OtherVerifier, ThisVerifier
from .question import Example

DIRECTORY = Path(__file__).parents[2] / "testdata" / "reference"


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="reference.tampering")
    parser.add_argument("--judge", type=Path, required=True, help="the program test/judge")
    parser.add_argument("--count", type=int, default=300, help="how many cases")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--circuits", action="store_true", help="circuits instead, without proofs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="a directory for the files of cases that differ")
    return parser.parse_args(arguments)


class Answers:
    """What both verifiers said of some cases."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.of_change: Counter[tuple[str, str]] = Counter()
        self.different: list[str] = []

    def add(self, case: Case, this: str, other: str) -> None:
        """One case."""
        verdict = this.split(" ", 1)[0] if this.startswith("accepted") else this
        self.verdicts[verdict] += 1
        self.of_change.update((name, verdict) for name in set(case.changes))
        if this != other:
            self.different.append(f"case {case.number} {case.changes}: {this} here, {other} there")

    def update(self, more: "Answers") -> None:
        """Those of another process."""
        self.verdicts += more.verdicts
        self.of_change += more.of_change
        self.different += more.different


def judge(parsed: argparse.Namespace, job: int) -> Answers:
    """Every jobs-th case."""
    examples = {name: Example.read(DIRECTORY / name) for name in EXAMPLES}
    other, this = OtherVerifier(parsed.judge), ThisVerifier()
    answers = Answers()
    for number in range(parsed.first + job, parsed.first + parsed.count, parsed.jobs):
        if parsed.circuits:
            case = make_circuit_case(parsed.seed, number)
        else:
            case = make_case(examples, parsed.seed, number)
        other.ask(case.question)
        words = this.answer(case.question), other.answer()
        answers.add(case, *words)
        if parsed.keep and words[0] != words[1]:
            keep(parsed.keep, case)
    return answers


def keep(directory: Path, case: Case) -> None:
    """Write a case's files."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{case.number}.pub").write_bytes(case.question.model)
    (directory / f"{case.number}.proof").write_bytes(case.question.proof)


def main(arguments: list[str]) -> int:
    """The exit status."""
    parsed = parse(arguments)
    start = time.monotonic()
    answers = Answers()
    with Pool(parsed.jobs) as pool:
        for some in pool.starmap(judge, [(parsed, job) for job in range(parsed.jobs)]):
            answers.update(some)
    report(answers, time.monotonic() - start)
    return 1 if answers.different else 0


def report(answers: Answers, seconds: float) -> None:
    """Verdicts, verdicts by change, differences."""
    total = answers.verdicts.total()
    print(f"{total} cases in {seconds:.0f} s, {len(answers.different)} judged differently")
    verdicts = [verdict for verdict, _ in answers.verdicts.most_common()]
    print(f"{'':24}" + "".join(f"{verdict:>12}" for verdict in verdicts))
    print(f"{'all':24}" + "".join(f"{answers.verdicts[verdict]:12}" for verdict in verdicts))
    for name in sorted({name for name, _ in answers.of_change}):
        counts = (answers.of_change[name, verdict] for verdict in verdicts)
        print(f"{name:24}" + "".join(f"{count:12}" for count in counts))
    for line in answers.different[:20]:
        print(line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

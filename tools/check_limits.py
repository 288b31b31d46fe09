#!/usr/bin/env python3
"""The verifier ends within 2 seconds and 256 MB beyond its generators, whatever it is given.

    tools/check_limits.py --verifier build/release/bin/vouch-verify \\
        --extremes build/release/test/write_extremes --yardstick build/release/test/yardstick

Runs vouch-verify, with the best and with the portable kernels, on files that are as slow as the
limits of docs/protocol.md allow (test/write_extremes.cc), one and eight of them in a call, and on all model commitments and proofs
that are kept for the fuzz targets (testdata/fuzz). Every run must end with exit status 1
or 2 within processor seconds and megabytes; the cache of generators is there before. Seconds are those of a processor that runs the fixed loop of test/yardstick.cc in YARDSTICK seconds:
on a slower one they are stretched by what it takes for that, never shortened.
"""

import argparse
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

KEPT = pathlib.Path(__file__).resolve().parent.parent / "testdata" / "fuzz"
SECONDS = 2
MEGABYTES = 256
GENERATORS = 96 * (2**18 + 2**15) / 2**20  # the longest table
YARDSTICK = 0.12
TRIES = 3  # noise only ever adds to a time


# Extremes that are refused before their last check; the others have to get there, or they show
# nothing.
EARLY = ("surplus_messages", "too_many_rows_of_model", "too_many_rows_of_proof")


class Run:
    """One process: exit status, processor seconds, peak megabytes, what it printed."""

    def __init__(self, command, environment):
        with tempfile.TemporaryFile() as out, subprocess.Popen(
                command, stdout=out, stderr=out, env={**os.environ, **environment}) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = self.status = os.waitstatus_to_exitcode(status)
            out.seek(0)
            self.text = out.read().decode(errors="replace")
        self.seconds = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024


class Check:
    def __init__(self, verifier, scratch, stretch):
        self.verifier, self.stretch = verifier, stretch
        self.environment = {"XDG_CACHE_HOME": scratch}
        self.failed = []
        self.runs = 0

    def run(self, name, arguments, kernels="", wanted="", tell=False, proofs=1):
        """At most TRIES times until it is quick enough; `wanted` is to be in what it says."""
        seconds = SECONDS * self.stretch * proofs
        for _ in range(TRIES):
            run = Run([self.verifier, *map(str, arguments)],
                      {**self.environment, "VOUCH_KERNELS": kernels})
            if run.seconds <= seconds:
                break
        self.runs += 1
        good = (run.status in (1, 2) and wanted in run.text and run.seconds <= seconds
                and run.megabytes <= MEGABYTES + GENERATORS)
        if tell or not good:
            print(f"{name:<32}{kernels or 'best':<10}{run.seconds:>7.2f} s{run.megabytes:>7.0f} MB"
                  f"  exit status {run.status}{'' if good else '  FAILED'}", flush=True)
        if not good:
            self.failed.append(name)


def yardstick(program):
    return min(Run([program], {}).seconds for _ in range(TRIES))


def picture(texts=0):
    """A PNG file of 8 × 8 pixels, and so many texts before them, of 8 kB that expand to 8 MB."""
    def chunk(kind, body):
        crc = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(bytes([0, *range(24)]) for _ in range(8)))
    text = chunk(b"zTXt", b"key\0\0" + zlib.compress(b"a" * (2**23 - 200), 9))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text * texts + chunk(b"IDAT", rows)
            + chunk(b"IEND", b""))


def with_inputs(pair, scratch):
    """What else to ask about an extreme that has inputs: name and arguments, by codes and by pictures."""
    codes = sorted(pair[0].parent.glob(f"{pair[0].stem}.input*"))
    if not codes:
        return
    small, texts = (pathlib.Path(scratch) / name for name in ("picture.png", "texts.png"))
    small.write_bytes(picture())
    texts.write_bytes(picture(texts=62))
    for ending, files in ((" --input .bin", codes), (" --input .png", [small] * len(codes)),
                          (" --input texts.png", [texts] * len(codes))):
        options = [word for path in files for word in ("--input", path)]
        yield pair[0].stem + ending, (*pair, *options)


def extremes(check, maker, scratch):
    subprocess.run([maker, scratch], check=True, stdout=subprocess.DEVNULL)
    pairs = [(path, path.with_suffix(".proof")) for path in sorted(pathlib.Path(scratch).glob("*.pub"))]
    largest = max(path.stat().st_size for pair in pairs for path in pair)
    print(f"{len(pairs)} extremes, the largest file has {largest / 1e6:.1f} MB")
    for pair in pairs:  # derives and keeps the generators that they need
        Run([check.verifier, *map(str, pair)], check.environment)
    for pair in pairs:
        for kernels in ("", "portable"):
            wanted = "" if pair[0].stem in EARLY else "(linear form)"
            check.run(pair[0].stem, pair, kernels, wanted, tell=True)
            for name, arguments in with_inputs(pair, scratch):
                check.run(name, arguments, kernels, wanted, tell=True)
        # In one call several are examined side by side: no more memory, for each no more time.
        check.run(f"{pair[0].stem}, 8 proofs", (pair[0], *[pair[1]] * 8), "", wanted, tell=True,
                  proofs=8)
    return pairs[0]


def corpus(check, pair, scratch):
    model, proof = pair
    for path in sorted((KEPT / "proof_file_fuzz").iterdir()):
        check.run(path.name, (model, path))
    for path in sorted((KEPT / "model_public_fuzz").iterdir()):
        file = pathlib.Path(scratch) / path.name
        file.write_bytes(path.read_bytes()[1:])  # the first byte is not of the file
        check.run(path.name, (file, proof))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verifier", required=True)
    parser.add_argument("--extremes", required=True)
    parser.add_argument("--yardstick", required=True)
    args = parser.parse_args()
    stretch = max(1, yardstick(args.yardstick) / YARDSTICK)
    print(f"at most {SECONDS * stretch:.1f} s of processor time here ({SECONDS} s times {stretch:.2f}) "
          f"and {MEGABYTES} + {GENERATORS:.0f} MB")
    with tempfile.TemporaryDirectory() as scratch:
        check = Check(args.verifier, scratch, stretch)
        corpus(check, extremes(check, args.extremes, scratch), scratch)
    print(f"{check.runs} runs")
    if check.failed:
        sys.exit("check_limits: too slow, too large or another outcome: "
                 + ", ".join(check.failed))


if __name__ == "__main__":
    main()

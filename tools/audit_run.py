#!/usr/bin/env python3
"""An audit over photographs as two users follow it with the command line, with public predictions and
with hidden ones. The proofs are killed five times on the way. Exit status 1 if the accuracy is not
the executor's (`vouch evaluate`), or a proof that was there was lost or made again.

    tools/audit_run.py --data ../shared/data --pictures 600
"""

import argparse
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

MODEL = "models/tflite/mobilenet_v2_0_5_96_quant.tflite"
SET = "imagenet-val-1000"
KILLS = 5


class Run:
    def __init__(self, vouch, work):
        self.vouch = vouch
        self.work = work

    def call(self, *words):
        """Runs a command; its JSON. Tells how long it took."""
        begin = time.monotonic()
        done = subprocess.run([self.vouch, *map(str, words), "--json"], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        print(f"{time.monotonic() - begin:8.2f} s  {' '.join(map(str, words[:2]))}", flush=True)
        return json.loads(done.stdout)

    def publish(self, data):
        """Both identities; the model compiled, committed to, and published in the provider's log."""
        at = self.work
        for name in "pc":
            self.call("identity", "new", "-o", at / f"{name}.key", "--public", at / f"{name}.id")
        self.call("compile", data / MODEL, "-o", at / "m.vouch")
        self.call("commit", at / "m.vouch", "-o", at / "m.pub")
        key = ["--key", at / "p.key"]
        self.call("log", "new", at / "log", *key)
        self.call("log", "append", at / "log", *key, "--model", at / "m.pub")
        self.call("log", "root", at / "log", *key, "-o", at / "head.record")
        self.call("log", "prove", at / "log", "--record", 0, "-o", at / "m.included")


class Audit:
    def __init__(self, run, variant):
        self.run = run
        self.bundle = run.work / variant
        self.variant = variant
        self.again = 0
        self.there = {}

    def step(self, command, name, *more):
        at = self.run.work
        return self.run.call("audit", command, self.bundle, "--key", at / f"{name}.key", "--state",
                             at / f"{name}.{self.variant}", *more)

    def made(self):
        """What tells a proof's file from another one of that name."""
        files = pathlib.Path(f"{self.bundle}.work").glob("*.made")
        return {f.name: (f.stat().st_ino, f.stat().st_mtime_ns) for f in files}

    def count_again(self):
        now = self.made()
        self.again += sum(now.get(name) != file for name, file in self.there.items())
        self.there = now

    def prove_and_kill(self):
        at = self.run.work
        counts = []
        for _ in range(KILLS):
            proving = subprocess.Popen(
                [self.run.vouch, "audit", "prove", str(self.bundle), "--key", str(at / "p.key"),
                 "--state", str(at / f"p.{self.variant}"), "--model", str(at / "m.vouch")],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(1, 12))
            proving.kill()
            proving.wait()
            self.count_again()
            counts.append(len(self.there))
        print(f"            killed {KILLS} times, with {counts} proofs", flush=True)

    def hold(self, inputs, labels):
        at = self.run.work
        begin = time.monotonic()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.step("request", "c", "--provider", at / "p.id", "--model", at / "m.pub", "--included",
                  at / "m.included", "--inputs", inputs, "--labels", labels, "--label-column",
                  "label_1001", "--batch", 16, "--variant", self.variant)
        self.step("predict", "p", "--model", at / "m.vouch")
        if self.variant == "hidden":
            self.step("reveal", "c")
        self.prove_and_kill()
        self.step("prove", "p", "--model", at / "m.vouch")
        self.count_again()
        if self.variant == "public":
            self.step("reveal", "c")
        self.step("verify", "c")
        self.step("sign", "p")
        checked = self.run.call("audit", "check", self.bundle, "--provider", at / "p.id",
                                "--consumer", at / "c.id", "--head", at / "head.record")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        size = sum(f.stat().st_size for f in self.bundle.rglob("*") if f.is_file())
        print(f"{time.monotonic() - begin:8.2f} s  {self.variant}: in all, killed runs among them; "
              f"{cpu:.0f} core-seconds; {len(self.there)} proofs, {self.again} made again; "
              f"bundle {size / 1e6:.1f} MB", flush=True)
        return checked


def take(data, count, into):
    """Links to the first photographs, in the order of their names."""
    files = sorted((data / SET).glob("*.JPEG"))[:count]
    if len(files) != count or not (data / MODEL).is_file():
        print(f"skipped: no {count} photographs or no model in {data}")
        sys.exit(0)
    into.mkdir()
    for file in files:
        os.symlink(file.resolve(), into / file.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--vouch", default="build/vouch")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        run = Run(args.vouch, pathlib.Path(directory))
        inputs = run.work / "pictures"
        take(args.data, args.pictures, inputs)
        labels = args.data / SET / "labels.csv"
        run.publish(args.data)
        accuracy = run.call("evaluate", run.work / "m.vouch", "--data", inputs, "--labels", labels,
                            "--label-column", "label_1001", "--layers", 0)["proven"]["top1"]
        for variant in ("public", "hidden"):
            audit = Audit(run, variant)
            checked = audit.hold(inputs, labels)
            report = checked
            print(json.dumps(report))
            if report["correct"] != round(accuracy * args.pictures) or audit.again:
                sys.exit(f"{variant}: {report}, executor {accuracy}, {audit.again} made again")
    print(f"both accuracies are the executor's, {accuracy:.4f}")


if __name__ == "__main__":
    main()

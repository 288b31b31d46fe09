#!/usr/bin/env python3
"""A retrieval over photographs as three users follow it with the command line: whether one of the
five first classes is a dog. The proofs are killed five times on the way. Exit status 1 if other
documents are handed over than the executor (`vouch run`) finds, or the files are not the originals.

    tools/retrieval_run.py --data ../shared/data --pictures 200
"""

import argparse
import json
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

DOGS = range(152, 270)  # of 1001 classes, the background first
MODEL = "models/tflite/mobilenet_v2_0_5_96_quant.tflite"
KILLS = 5


class Run:
    def __init__(self, vouch, work):
        self.vouch = vouch
        self.work = work
        self.bundle = work / "case"

    def call(self, *words, status=0):
        """Runs a command; its JSON. Tells how long it took, on the clock and of processors."""
        begin, used = time.monotonic(), processor_seconds()
        done = subprocess.run([self.vouch, *map(str, words), "--json"], capture_output=True,
                              text=True, check=False)
        if done.returncode != status:
            sys.exit(f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
        print(f"{time.monotonic() - begin:8.2f} s, {processor_seconds() - used:8.2f} s of processors  "
              f"{' '.join(map(str, words[:2]))}", flush=True)
        return json.loads(done.stdout)

    def party(self, name):
        return ["--key", self.work / f"{name}.key", "--state", self.work / f"{name}.state"]

    def step(self, command, name, *more):
        return self.call("retrieval", command, self.bundle, *self.party(name), *more)

    def prove_and_kill(self, documents):
        """Starts the proofs and kills them, KILLS times: first at the inputs, then whenever one or
        two proofs more are there."""
        made = []
        for kill in range(KILLS):
            proving = subprocess.Popen([self.vouch, "retrieval", "prove", str(self.bundle),
                                        *map(str, self.party("responder")), "--documents",
                                        str(documents)],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            goal = self.proofs() + random.randint(1, 2)
            while kill > 0 and self.proofs() < goal and proving.poll() is None:
                time.sleep(0.01)
            time.sleep(random.uniform(0, 0.5))
            proving.kill()
            proving.wait()
            made.append(self.proofs())
        print(f"killed {KILLS} times, with {made} proofs", flush=True)

    def proofs(self):
        return len(list(self.bundle.glob("proofs/*.proof")))


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def take(data, count, into):
    """The first photographs, in the order of their names."""
    files = sorted((data / "imagenet-val-1000").glob("*.JPEG"))[:count]
    if len(files) != count or not (data / MODEL).is_file():
        print(f"skipped: no {count} photographs or no model in {data}")
        sys.exit(0)
    into.mkdir()
    for file in files:
        shutil.copy(file, into / file.name)
    return files


def expected(run, model, files):
    """Numbers of the documents that match, by the executor."""
    out = run.call("run", model, *files, "--top", 5)
    return [i for i, answer in enumerate(out["pictures"])
            if any(best["class"] in DOGS for best in answer["top"])]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--vouch", default="build/vouch")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        run = Run(args.vouch, work)
        documents = work / "documents"
        files = take(args.data, args.pictures, documents)
        for name in ("requester", "responder", "judge"):
            run.call("identity", "new", "-o", work / f"{name}.key", "--public", work / f"{name}.id")
        model = work / "model.vouch"
        run.call("compile", args.data / MODEL, "-o", model)
        run.call("commit", model, "-o", work / "model.pub")
        wanted = expected(run, model, files)

        begin, used = time.monotonic(), processor_seconds()
        run.step("commit", "responder", "--documents", documents, "--requester",
                 work / "requester.id", "--judge", work / "judge.id")
        run.step("request", "requester", "--model", model, "--commitment", work / "model.pub",
                 "--predicate", "contains:5:" + ",".join(map(str, DOGS)), "--sample", 20)
        run.step("approve", "judge")
        run.prove_and_kill(documents)
        run.step("prove", "responder", "--documents", documents)
        run.step("deliver", "responder", "--documents", documents)
        run.step("verify", "requester", "--into", work / "found")
        run.step("sample", "requester")
        run.step("open-sample", "responder", "--documents", documents)
        run.step("judge-sample", "judge")
        verdict = run.call("retrieval", "check", run.bundle)
        run.call("arbitrate", run.bundle)
        print(f"{time.monotonic() - begin:8.2f} s, {processor_seconds() - used:8.2f} s of processors  "
              "in all, killed runs among them")

        found = {int(file.stem): file.read_bytes() for file in (work / "found").iterdir()}
        size = sum(f.stat().st_size for f in run.bundle.rglob("*") if f.is_file())
        print(f"{len(wanted)} of {len(files)} match, {run.proofs()} proofs, bundle {size / 1e6:.1f} MB; "
              f"bound: {verdict['bound']}")
        same = all(found[i] == files[i].read_bytes() for i in found)
        if sorted(found) != wanted or verdict["matching"] != wanted or not same:
            sys.exit(f"handed over: {sorted(found)}\nexpected:    {wanted}\noriginals: {same}")
        print("handed over is exactly what the executor finds")


if __name__ == "__main__":
    main()

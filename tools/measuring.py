"""What the measuring tools share: running programs, and models to run them on."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

DATA = pathlib.Path(os.environ.get("VOUCH_DATA", "../shared/data"))


class Measured:
    """One process: wall and processor seconds, peak megabytes, and what it printed."""

    def __init__(self, command, environment=None):
        start = time.monotonic()
        with tempfile.TemporaryFile() as out, subprocess.Popen(
                command, stdout=out, env={**os.environ, **(environment or {})}) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - start
            out.seek(0)
            self.text = out.read().decode()
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit status {process.returncode}\n{self.text}")
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024

    def json(self):
        return json.loads(self.text)


class Case:
    """A compiled model with its commitment and a picture, in a folder of its own.

    Its name is that of DATA/models/tflite/NAME.tflite, or new:WIDTH:SIZE[:CLASSES] for a MobileNetV2
    with random weights.
    """

    def __init__(self, name, vouch, scratch, picture=None):
        self.name, self.vouch = name, str(vouch)
        self.source, self.model, self.public, self.proof = (
            f"{scratch}/model.tflite", f"{scratch}/model.vouch", f"{scratch}/model.pub",
            f"{scratch}/x.proof")
        if name.startswith("new:"):
            width, size, *classes = name.split(":")[1:]
            self.run("new-model", "mobilenet_v2", "--width", width, "--size", size, "-o", self.source,
                     *(["--classes", classes[0]] if classes else []), "--quiet")
        else:
            self.source = str(DATA / "models" / "tflite" / f"{name}.tflite")
        self.picture = str(picture or f"{scratch}/picture.png")
        if picture is None:
            self.run("new-picture", "-o", self.picture, "--quiet")
        self.compile_seconds = self.run("compile", self.source, "-o", self.model, "--quiet").seconds
        self.run("commit", self.model, "-o", self.public, "--quiet")

    def run(self, *arguments, environment=None):
        return Measured([self.vouch, *arguments], environment)

    def prove(self, *arguments, environment=None):
        return self.run("prove", self.model, self.picture, "-o", self.proof, "--timings", "--json",
                        *arguments, environment=environment)

    def verify(self, verifier, environment=None):
        return Measured([str(verifier), self.public, self.proof, "--input", self.picture,
                         "--timings", "--json"], environment)

    def activations(self):
        """How many values the network computes: its cost is about proportional to that."""
        circuit = self.run("inspect", self.public, "--json").json()
        return circuit["circuit"]["activations"]


def steps_of(result):
    """The array "steps" of a --timings --json as a dictionary by name."""
    return {step["name"]: step for step in result["steps"]}

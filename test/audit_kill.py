#!/usr/bin/env python3
"""A whole audit as two users do it, each step killed with SIGKILL at random instants and run again.

Usage: audit_kill.py VOUCH [--variant public|hidden] [--kills N] [--seed S]

Whatever was killed when: the audit ends accepted, no record was said twice, and no proof was made
again that was there.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

INPUTS = 8
BATCH = 2


class Audit:
    """The files of both parties in a directory, and the steps as commands."""

    def __init__(self, vouch, variant, directory):
        self.vouch = vouch
        self.variant = variant
        self.at = pathlib.Path(directory)
        self.environment = dict(os.environ, XDG_CACHE_HOME=directory)

    def start(self, *words):
        return subprocess.Popen([self.vouch, *words, '--json'], cwd=self.at, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words):
        process = self.start(*words)
        out, problems = process.communicate()
        if process.returncode != 0:
            sys.exit(f'{" ".join(words)}: status {process.returncode}\n{out}{problems}')
        return json.loads(out)

    def prepare(self):
        for party in 'pc':
            self.run('identity', 'new', '-o', f'{party}.key', '--public', f'{party}.id')
        self.run('new-model', 'mobilenet_v2', '--width', '0.1', '--size', '32', '--classes', '7',
                 '-o', 'net.tflite')
        self.run('compile', 'net.tflite', '-o', 'net.vouch', '--shift', '12')
        self.run('commit', 'net.vouch', '-o', 'net.pub')
        self.run('log', 'new', 'log', '--key', 'p.key')
        self.run('log', 'append', 'log', '--key', 'p.key', '--model', 'net.pub')
        self.run('log', 'root', 'log', '--key', 'p.key', '-o', 'head.record')
        self.run('log', 'prove', 'log', '--record', '0', '-o', 'net.included')
        (self.at / 'inputs').mkdir()
        for i in range(INPUTS):
            self.run('new-picture', '-o', f'inputs/{i:02}.png', '--width', '32', '--height', '32',
                     '--seed', str(i))
        (self.at / 'labels').write_text(''.join(f'{i % 7}\n' for i in range(INPUTS)))

    def steps(self):
        consumer = ['--key', 'c.key', '--state', 'c.state']
        provider = ['--key', 'p.key', '--state', 'p.state']
        prove = ['audit', 'prove', 'audit', *provider, '--model', 'net.vouch']
        reveal = ['audit', 'reveal', 'audit', *consumer]
        return [
            ['audit', 'request', 'audit', *consumer, '--provider', 'p.id', '--model', 'net.pub',
             '--included', 'net.included', '--inputs', 'inputs', '--labels', 'labels', '--batch',
             str(BATCH), '--variant', self.variant],
            ['audit', 'predict', 'audit', *provider, '--model', 'net.vouch'],
            *([reveal, prove] if self.variant == 'hidden' else [prove, reveal]),
            ['audit', 'verify', 'audit', *consumer],
            ['audit', 'sign', 'audit', *provider],
        ]

    def proofs(self):
        """Identity of each proof's file, by its name."""
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
                for path in (self.at / 'audit.work').glob('*.made')}

    def records(self):
        return [path.read_bytes() for path in sorted((self.at / 'audit').glob('*.records'))]


def killed(audit, step, seconds):
    """Runs a step for that long at most; whether it was killed."""
    process = audit.start(*step)
    time.sleep(seconds)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    out, problems = process.communicate()
    if process.returncode not in (0, -signal.SIGKILL):
        sys.exit(f'{" ".join(step)}: status {process.returncode}\n{out}{problems}')
    return process.returncode != 0


def duration(audit, step):
    start = time.monotonic()
    audit.run(*step)
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('vouch', type=os.path.abspath)
    parser.add_argument('--variant', default='public')
    parser.add_argument('--kills', type=int, default=30)
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as rough:
        # Once without kills, to know how long each step takes.
        audit = Audit(arguments.vouch, arguments.variant, calm)
        audit.prepare()
        longest = [duration(audit, step) for step in audit.steps()]

        audit = Audit(arguments.vouch, arguments.variant, rough)
        audit.prepare()
        kills = 0
        share = arguments.kills / sum(longest)
        for step, seconds in zip(audit.steps(), longest):
            there = {}
            # What was made stays, so that each time there is less to be interrupted.
            attempts = max(2, round(share * seconds))
            for attempt in range(attempts):
                rest = seconds * (1 - attempt / attempts)
                kills += killed(audit, step, chance.uniform(0, rest))
                now = audit.proofs()
                again = [name for name in there if now.get(name) != there[name]]
                if again:
                    sys.exit(f'proofs that were there were made again or lost: {again}')
                there = now
            audit.run(*step)
            said = audit.records()
            audit.run(*step)
            if audit.records() != said:
                sys.exit(f'{" ".join(step)}: said something again')
        checked = audit.run('audit', 'check', 'audit', '--provider', 'p.id', '--consumer', 'c.id',
                            '--head', 'head.record')
        if len(checked['said']) != len(longest):
            sys.exit(f'{len(checked["said"])} records instead of {len(longest)}')
        if len(audit.proofs()) != INPUTS // BATCH:
            sys.exit(f'{len(audit.proofs())} proofs')
        if kills < arguments.kills // 4:
            sys.exit(f'only {kills} steps were killed')
        print(f'{kills} kills, nothing lost, nothing twice')


if __name__ == '__main__':
    main()

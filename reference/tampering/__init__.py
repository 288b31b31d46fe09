"""Tampered proofs by the thousand, judged by both verifiers: verdict and reason must be the same.

    python3 -m reference.tampering --judge build/release/test/judge --count 20000

Everything follows from the seed, the number of the case, and the proofs in testdata/reference.
"""

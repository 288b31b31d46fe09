"""A verifier of vouch proofs that follows docs/protocol.md section by section.

Section numbers in docstrings are those of docs/protocol.md; "formats" is docs/formats.md.
"""

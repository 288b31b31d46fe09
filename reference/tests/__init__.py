"""python3 -m unittest discover -t . -s reference/tests, from the directory above the package.

reference/test runs them.
"""

"""Ratios of the product against the plain Django admin, and against itself at 100,000 projects. Never timed tests.

    python -m benchmarks [lists] [growth] [imports] [mail]

Each prints both sides of every ratio from one run and exits 1 when a gate fails (docs/performance.md).
"""

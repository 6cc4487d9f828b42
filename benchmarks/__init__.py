"""Measurements against named peers: one module a workload, run as `python -m benchmarks.NAME [--json]`."""

"""The parts of benchmarks/federation.py that run in processes of their own."""

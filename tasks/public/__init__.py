"""Public benchmarks: practice and reference, never part of a sealed round."""

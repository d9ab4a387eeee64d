"""Bytes of strangers, thrown at the four readers of the intake: safetensors headers, config, tokenizer and manifest.

A reader finds fault with its input or accepts it; any other exception, a hang or a growth without bound is a fault of
ours. `python -m fuzz --seconds 60` (atheris, guided by coverage) and the Hypothesis tests use the same targets.
"""

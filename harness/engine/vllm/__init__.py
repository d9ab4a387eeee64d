"""The vLLM engine: one resident engine, stepped by us, so that every answer is on disk as soon as it ends.

facts.py      what a checkpoint's files say of its size, without loading it
parallel.py   how many GPUs, and how they share a model (pure)
settings.py   the options of `configs/engine/vllm.yaml`, settled before a plan is made
stream.py     requests kept in flight up to a cap, answers as they end
choose.py     log-likelihoods of options from the prefix cache
engine.py     requests to completions, through the others

Everything here imports without vLLM; only an engine that is made needs it.
"""

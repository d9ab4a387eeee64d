"""The transformers engine: a prefix shared by many requests is computed once, answers are decoded in batches.

model.py     loads a checkpoint with nothing hidden: no remote code, no default sampling, one BOS
cache.py     keys and values in buffers that do not move, cut from a shared prefix
prefill.py   prompts computed in batches on top of the prefix they share
choose.py    log-likelihoods of options on computed prompts
decode.py    greedy decoding, each row leaving as it ends and a waiting one taking its place
engine.py    requests to completions, through the three
"""

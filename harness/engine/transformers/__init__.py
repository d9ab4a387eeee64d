"""The transformers engine: a prefix shared by many requests is computed once, answers are decoded in batches.

model.py     loads a checkpoint with nothing hidden: no remote code, no default sampling, one BOS
cache.py     keys and values in buffers that do not move, cut from a shared prefix
decode.py    greedy decoding of a batch, each row leaving as it ends
choose.py    log-likelihoods of options on one computed prompt
engine.py    groups requests by their shared prefix and calls the two
"""

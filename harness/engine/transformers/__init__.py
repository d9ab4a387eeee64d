"""The transformers engine: what requests begin with alike is computed once, and attended once for all of them.

model.py      loads a checkpoint with nothing hidden: no remote code, no default sampling, one BOS
tree.py       token sequences as a tree: what several begin with stands in it once
walk.py       the order in which a tree is computed, and how much at a time
passes.py     pieces and rows to one forward pass: a flat line of tokens, and what each may look at
attention.py  cascade attention over such a line; kernels.py what it calls; slots.py the rows' own keys and values
choose.py     log-likelihoods of options
decode.py     greedy decoding with continuous refilling; ending.py when an answer ends; drain.py what its end loses
probe.py      tries the attention on a model against the library's; recompute.py what serves where it does not
engine.py     requests to completions, through all of these
"""

"""The weights in a process of their own: no network, no file but the checkpoint's, no word but requests and answers.

`engine.ConfinedEngine` is the harness's side, `worker` the other; they share `frames` and `messages`.
"""

"""Under which conditions a run is made: what the machine is, what the round states, what it costs and may cost.

    nvml.py         NVIDIA's driver, where there is one
    hardware.py     processor, memory, GPUs, clocks
    environment.py  system, container, locks, packages, variables
    facts.py        all of it together, with what the engine says of itself
    counters.py     hardware counters of energy
    energy.py       joules of a session and of a record
    budgets.py      what a class of submissions may spend
    rules.py        what a round states, and where a run departs from it

What was not measured says so: an absent figure is never a zero, and nothing is estimated.
"""

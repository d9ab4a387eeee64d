"""What makes a record believable to somebody who was not there: keys, signed statements, a log that only grows, seals.

Nothing here knows a task or an engine, and nothing needs the network: `harness/verify` reads what is written here with
a public key alone.
"""

"""A submission comes in: its manifest is read, its checkpoint found, and every rule of the intake applied.

Modules: `manifest` (YAML to Submission), `checkpoint` (source to folder), `checks` (one rule a file), `verdict`
(all checks over one submission), `explain` (what a code means), `hashing` and `numbers` (every byte of large files),
`receipt`, `new`.
"""

"""The verbs' way to `harness.entries`."""

from harness.entries import Prepared, compose_round, entry_folder, entry_names, prepare

__all__ = ["Prepared", "compose_round", "entry_folder", "entry_names", "prepare"]

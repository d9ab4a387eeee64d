"""Interaction: a dialogue with an environment that answers, turn by turn."""

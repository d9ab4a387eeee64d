"""Grand Défi: a submission in, a sealed record out."""

__version__ = "0.1.0"

"""Understanding: what a text says, and what follows from it."""

"""Problem solving: arithmetic, deduction, search."""

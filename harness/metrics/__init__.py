"""Pure functions that read answers and measure scores, and local modules for the `evaluate` library."""

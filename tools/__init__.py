"""What is run by hand or by `make` around the project, and is no part of what is installed."""

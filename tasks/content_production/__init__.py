"""Content production: texts and documents whose form can be verified."""

"""Showing results; nothing is decided here."""

"""Readers, scanners and receivers in, readings out; knows nobody else in this project."""

"""Spoken notes: recorded and played by configured programs, never transcribed."""

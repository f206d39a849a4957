"""Accounts and their seats, sessions, verifiers of PINs and passwords, who sits on the seats of a grid."""

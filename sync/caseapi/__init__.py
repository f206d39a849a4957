"""The central case API: keeps streams, folds them into cases and rounds, serves tablets and the desk."""

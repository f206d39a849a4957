"""The demo: a case API, a district, a tablet and its readers in a temporary folder, on this machine alone."""

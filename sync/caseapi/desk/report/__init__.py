"""The day's report: a page, a file for the browser, a file for the printer."""

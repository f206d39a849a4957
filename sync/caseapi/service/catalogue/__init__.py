"""The catalogue of matters: sheets in and out, a draft edited and published from a day on."""

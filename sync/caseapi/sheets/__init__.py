"""Tables and sheets that leave the house: what their columns mean, and the files that they are written into."""

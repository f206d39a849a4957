"""People and places: lists taken in, what they change now and on later days, plates and badges."""

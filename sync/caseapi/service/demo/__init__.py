"""The demonstration's own: cases and notices that no tablet sent; all of it made up."""

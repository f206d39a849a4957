"""What administrators do: the commands beside a running server, and their pages at the desk."""

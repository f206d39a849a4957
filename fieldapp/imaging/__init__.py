"""Where pictures come from: a camera's folder or its command. What becomes of one is the matter of `sync.imaging`."""

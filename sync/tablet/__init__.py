"""The tablet's end of the wire: the store, the pure engine, the client, the worker, and `tablet.Tablet` over them."""

"""The tablet's database: journal, drafts, reference data, receipts, settings and identity, behind `open_store`."""

from sync.tablet.store.opening import Store, open_store

__all__ = ["Store", "open_store"]

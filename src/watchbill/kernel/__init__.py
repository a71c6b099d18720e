"""What every domain stands on: time, ids, exact numbers, errors, events. Standard library only, no I/O of its own."""

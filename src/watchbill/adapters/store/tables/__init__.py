"""Tables, a module for each domain; `adapters.store.metadata.schema()` finds them all."""

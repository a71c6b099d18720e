"""The service catalog: what we run, who owns it, what depends on what, and what was changed when."""

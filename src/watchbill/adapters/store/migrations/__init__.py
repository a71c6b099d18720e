"""The schema's history, one revision a release that changes it; run by Alembic through `schema.py`."""

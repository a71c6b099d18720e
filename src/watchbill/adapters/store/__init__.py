"""State in SQLite or PostgreSQL: the same tables, the same SQL, the same tests."""

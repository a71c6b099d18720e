"""Decisions of the incidents domain: facts and `now` in, decision out. The handbook's tables are literal tables here."""

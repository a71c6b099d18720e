"""Resources as code: reads the YAML that teams write, checks it, stores it, and hands the domains their definitions."""

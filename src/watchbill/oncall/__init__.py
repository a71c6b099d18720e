"""Who stands watch, who is called when the promise is in danger, and by which road the call reaches them (playbook ph. 10)."""

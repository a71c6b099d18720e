"""What is left of a promise: states, the freeze, the forecast, and who spent it (playbook ph. 3)."""

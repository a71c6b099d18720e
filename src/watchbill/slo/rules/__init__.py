"""Pure decisions of the SLO domain: burn and budget arithmetic, forecasts, the plan of a tick, lint, presets."""

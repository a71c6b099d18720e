"""Pure decisions about alerts: identity, severity, merging, routing, silencing."""

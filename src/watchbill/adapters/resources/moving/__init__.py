"""Moving in from other pagers: their set-ups, as their APIs answer them in JSON, become resources; losses are reported."""

"""Pure decisions about executions."""

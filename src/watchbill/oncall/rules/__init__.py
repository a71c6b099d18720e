"""Pure decisions of on-call: turns and shifts, who is called next, how and when to try again."""

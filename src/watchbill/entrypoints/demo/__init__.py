"""The demo: a real little shop, its history, an outage, and what watchbill makes of it."""

"""What watchbill runs outside of itself for people: commands and webhooks of the server's allow-list, each with its record."""

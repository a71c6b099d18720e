"""Roads to people: mail, webhooks, the terminal, the web page; and a fake outside world that behaves like them.

A new channel is one file with a class that has `name`, `refusal` and `send` (oncall.ports.Channel), and one line in bootstrap.
"""

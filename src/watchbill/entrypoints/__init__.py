"""The ways in: REST, web pages, command line, background worker. They speak a protocol, call an operation, and answer."""

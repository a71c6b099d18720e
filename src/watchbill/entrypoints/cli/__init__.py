"""The command line: a thin client of the operations, over the server's socket, over HTTP, or on the files themselves."""

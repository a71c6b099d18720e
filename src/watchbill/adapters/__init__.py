"""The outside world: storage, files, logs, mail. Adapters do not know each other; only bootstrap names them."""

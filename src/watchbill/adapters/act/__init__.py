"""Acts outside: reads the allow-list of the settings, and runs its commands without a shell."""

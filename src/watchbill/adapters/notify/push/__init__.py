"""Web push: sealed messages to browsers, over the push services of those who make them.

Import the modules: `cryptography`, on which sealing and signing stand, is loaded only where something is pushed.
"""

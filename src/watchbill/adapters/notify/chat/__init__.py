"""Chat, both ways: what speaks each provider's protocol, and what hears it. Loaded only where one is set up."""

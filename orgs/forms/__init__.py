"""What every form of the product shares: acting once, a safe way back, the question before a command acts."""

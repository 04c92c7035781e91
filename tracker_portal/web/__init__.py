"""What every request and every answer carries; pages of no company."""

"""Where allauth meets the company, and My settings."""

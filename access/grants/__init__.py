"""Who was given what, and what that makes of each person’s access."""

"""What people type: names, Latin letters, dates of birth, and what is said of a field that is wrong."""

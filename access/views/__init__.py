"""The pages of `User access management`, one noun a file."""

"""The servers, commands and container files that start the portal; real processes, real folders, nothing replaced."""

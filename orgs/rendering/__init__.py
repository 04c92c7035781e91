"""How pages are drawn: icons and avatars, templates whose constant parts are remembered, rows."""

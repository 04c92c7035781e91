"""The company’s main page and Tracker’s settings, composed of every layer."""

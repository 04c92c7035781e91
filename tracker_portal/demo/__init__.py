"""Demo data: the company of the pictures and a second one, the same every time."""

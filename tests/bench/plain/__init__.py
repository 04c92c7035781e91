"""The same rows in plain Django, as its tutorial would show them: what our pages are compared with.

No company, no wall, no counts, no changelog: a login, a model, a view, a template. Its tables stand in a schema of their
own beside ours.
"""

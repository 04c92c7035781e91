"""An issue: fields, comments, history, its page."""

"""An issue: fields, comments, history; its mails."""

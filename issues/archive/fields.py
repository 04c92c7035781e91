"""Which columns of Tracker's tables are in the archive, and why the others are not.

A test walks the models of `issues` and fails for a column that is in neither table.
"""

from __future__ import annotations

# model → column → its name in the archive
EXPORTED: dict[str, dict[str, str]] = {
    "Queue": {
        "key": "key",
        "name": "name",
        "description": "description",
        "lead": "lead",
        "default_type": "default_type",
        "default_priority": "default_priority",
        "last_number": "last_number",
        "version": "version",
        "created_at": "created_at",
    },
    "Issue": {
        "key": "key",
        "queue": "queue",
        "number": "number",
        "type": "type",
        "summary": "summary",
        "description": "description",
        "status": "status",
        "priority": "priority",
        "resolution": "resolution",
        "author": "author",
        "assignee": "assignee",
        "due_on": "due_on",
        "tags": "tags",
        "version": "version",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "resolved_at": "resolved_at",
    },
    "Comment": {"author": "author", "text": "text", "created_at": "created_at", "version": "version"},
    "Change": {
        "kind": "kind",
        "author": "author",
        "at": "at",
        "version": "version",
        "fields": "fields",
        "former_text": "former_text",
        "comment": "comment",
    },
    "Follower": {"member": "followers"},
}
LEFT_OUT: dict[str, dict[str, str]] = {
    "Queue": {"issue_count": "follows from the issues"},
    "Issue": {
        "status_rank": "follows from the status",
        "token": "of a form that was posted once",
        "search": "is made by the database",
        "description_html": "is made of the description",
    },
    "Comment": {
        "issue": "stands inside its issue",
        "token": "of a form that was posted once",
        "text_html": "is made of the text",
    },
    "Change": {"issue": "stands inside its issue"},
    "Follower": {"issue": "stands inside its issue"},
}
# In every table.
NOT_DATA = {"id": "means nothing in another database", "org": "the archive is of one company"}

"""Tracker's tables, one noun a file."""

from issues.models.change import Change, ChangeKind
from issues.models.comment import Comment
from issues.models.follower import Follower
from issues.models.issue import Issue
from issues.models.queue import Queue

__all__ = ["Change", "ChangeKind", "Comment", "Follower", "Issue", "Queue"]

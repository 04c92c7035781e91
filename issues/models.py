"""Tracker's tables, one noun a file."""

from issues.following.models import Follower
from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue

__all__ = ["Change", "ChangeKind", "Comment", "Follower", "Issue", "Queue"]

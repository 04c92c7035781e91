"""The tables of access, one noun a file."""

from access.models.grants import KINDS, Draft, Grant, SavedAct
from access.models.requests import AccessRequest, Origin, RequestState

__all__ = ["KINDS", "AccessRequest", "Draft", "Grant", "Origin", "RequestState", "SavedAct"]

"""The tables of access, one noun a file."""

from access.grants.models import KINDS, Draft, Grant, SavedAct
from access.grants.request_models import AccessRequest, Origin, RequestState

__all__ = ["KINDS", "AccessRequest", "Draft", "Grant", "Origin", "RequestState", "SavedAct"]

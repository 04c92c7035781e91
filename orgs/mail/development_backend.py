"""Development's mail server: it accepts everything. The mails page shows what the outbox holds."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class DevelopmentBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Accepts every message and forgets it: it stays readable in the outbox."""
        return len(email_messages)

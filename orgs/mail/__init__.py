"""Mails: composed and posted in the transaction of what they tell, sent by a worker."""

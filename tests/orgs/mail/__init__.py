"""The outbox with real parts: a mail server that fails on request, workers that are killed, a broker that is gone."""

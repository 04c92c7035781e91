"""Invoices, receipts and statements."""

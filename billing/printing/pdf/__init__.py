"""A paper as a PDF file: A4, black on white, the same bytes for the same paper."""

from billing.printing.pdf.pages import render

__all__ = ["render"]

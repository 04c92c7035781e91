"""Markdown, made safe."""

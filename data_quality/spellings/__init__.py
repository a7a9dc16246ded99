"""Recognising what councils write for a code: rules answer where their evidence agrees, and suggest elsewhere."""

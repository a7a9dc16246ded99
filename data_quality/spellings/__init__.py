"""Recognising what councils write for a code: rules that answer where their evidence agrees, and suggest where it does not."""

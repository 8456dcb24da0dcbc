"""The routes, one file for each part of the book: each parses, calls one use case and renders."""

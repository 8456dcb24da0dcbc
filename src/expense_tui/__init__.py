"""The book in a full-screen terminal."""

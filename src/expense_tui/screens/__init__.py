"""The five screens of the app, one module each; `book_screen` has what they share."""

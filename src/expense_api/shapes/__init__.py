"""What goes in and comes out over HTTP, with the words and examples of its documentation."""

"""One exact book of expenses."""

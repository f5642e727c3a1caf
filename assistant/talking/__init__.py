"""The counter: what a message wants, what was shown last, and the words it is answered in."""

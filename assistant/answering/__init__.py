"""Answering a policy question: what it asks, which clauses bear on it, which are enough, how the answer is written."""

"""The training room: a room's questions answered in one go, a quiz made from clauses, a handout to leave behind."""

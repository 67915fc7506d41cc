"""Brings every job to an end, whatever died: on a schedule, and for messages that nobody could handle."""

"""Submits the job of a schedule when its time has come."""

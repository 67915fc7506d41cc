"""In-memory twins of every port, for tests and experiments.

They pass the same contract tests as the real ones (`tests/contract`); that is what makes them worth
having. Time comes from a clock, so that leases, delays and visibility can be played through at once.
"""

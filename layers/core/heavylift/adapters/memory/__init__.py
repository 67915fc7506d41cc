"""Every port in memory, for tests and experiments.

The contract tests (`tests/contract`) run against memory and AWS alike. Time comes from a clock, so that a
test passes leases, delays and visibility timeouts without waiting.
"""

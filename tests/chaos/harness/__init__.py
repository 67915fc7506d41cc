"""Histories: the real rules over the in-memory twins, in virtual time, with everything that can go wrong.

A seed decides all of it: who runs at each port call, who dies there, what the queue loses, doubles, delays
and reorders, which call fails before or after its effect, how the task behaves and what the client does.
The same seed is the same history.
"""

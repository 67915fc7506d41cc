"""Histories: the real rules on the in-memory adapters, in virtual time, with every fault that can occur.

The seed decides which actor runs at each port call, which one is killed, which messages the queue loses,
doubles, delays and reorders, how far each actor's clock is off, which call fails before or after its effect,
how the task behaves and what the client does. The same seed gives the same history.
"""

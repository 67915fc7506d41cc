"""The counts of the commit fa1f51e, by the same meter and the same jobs as those of today."""

from tests.unit.budgets.cost_model import Idle

SMALL_JOB = {"write units": 14, "read units": 3.5, "queue requests": 5, "PutObject": 3, "GetObject": 2}
PAGES_JOB = {"write units": 29, "read units": 3.5, "queue requests": 5, "PutObject": 19, "GetObject": 2}
LONG_JOB = {"write units": 1236, "read units": 49.5, "queue requests": 5, "PutObject": 3, "GetObject": 2}
WAIT_1_S = {"read units": 7.0}
WAIT_5_S = {"read units": 12.0}
IDLE = Idle(queues=9, alarms=10, metrics=4, sweep={"read units": 12.0})

UNITS_OF_MINUTES = {
    "a client that waits": (0, 0),
    "in line": (4, 380),
    "running, progress each second": (357, 33_915),
}
"""What happens for a minute → DynamoDB's write units, with short and with long params."""
LONG_LINE = {"extra messages": 3590, "writes": 15_350}
"""1,000 jobs of 30 seconds before 10 workers."""

"""From facts to dates with their explanation: windows, limits, planner. Never a change to a case."""

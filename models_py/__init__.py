"""The desk: pure market mathematics, the door to gold, strategies, agents, portfolio, risk, execution and the journal."""

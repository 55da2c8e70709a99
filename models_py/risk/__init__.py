"""How much the book can lose: historical value at risk by full revaluation, stress, limits, drawdown breakers. BRL throughout."""

"""Neural networks: perceptrons, graph networks, NAO and BOHAMIANN, many of them trained at once."""

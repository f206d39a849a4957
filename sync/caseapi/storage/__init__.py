"""Where the case API keeps what it holds: the contract, and one package for each engine."""

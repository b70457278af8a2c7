"""Training: splits, hyperparameter search, and the fits of a whole grid of sizes and seeds."""

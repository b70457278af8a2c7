"""The answer to an engineer, as sentences and as pages: about the predictors of a study, and about one device."""

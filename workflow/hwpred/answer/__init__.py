"""What a study tells someone who has to choose: which predictors, what to expect of them, what is lost by them."""

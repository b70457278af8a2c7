"""Predictors of hardware metrics: ``registry`` says which there are, ``base`` what each can do."""

from hwpred.predictors.registry import REGISTRY, get_predictor

__all__ = ["REGISTRY", "get_predictor"]

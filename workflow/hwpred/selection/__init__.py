"""Selecting architectures by accuracy and a hardware metric that may be wrong, and what that costs."""

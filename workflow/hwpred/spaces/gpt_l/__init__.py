"""HW-GPT-Bench's models of scale l: 34 to 36 layers."""

from hwpred.spaces.gpt import GPT

SPACE = GPT("l", widths=(320, 640, 1280), layers=(34, 35, 36), heads=(8, 16, 20))

"""HW-GPT-Bench's models of scale m: 22 to 24 layers."""

from hwpred.spaces.gpt import GPT

SPACE = GPT("m", widths=(256, 512, 1024), layers=(22, 23, 24), heads=(8, 12, 16))

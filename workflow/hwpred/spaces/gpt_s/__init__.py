"""HW-GPT-Bench's models of scale s: 10 to 12 layers."""

from hwpred.spaces.gpt import GPT

SPACE = GPT("s", widths=(192, 384, 768), layers=(10, 11, 12), heads=(4, 8, 12))

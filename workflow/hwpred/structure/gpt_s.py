"""What HW-GPT-Bench's models of scale s are made of."""

from functools import partial

from hwpred.spaces.gpt_s import SPACE
from hwpred.structure.gpt import contents_of

contents = partial(contents_of, SPACE)

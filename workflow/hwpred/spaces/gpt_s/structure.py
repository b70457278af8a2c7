"""What HW-GPT-Bench's models of scale s are made of."""

from functools import partial

from hwpred.spaces.gpt.structure import contents_of
from hwpred.spaces.gpt_s import SPACE

contents = partial(contents_of, SPACE)

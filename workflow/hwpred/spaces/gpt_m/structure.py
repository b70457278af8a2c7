"""What HW-GPT-Bench's models of scale m are made of."""

from functools import partial

from hwpred.spaces.gpt.structure import contents_of
from hwpred.spaces.gpt_m import SPACE

contents = partial(contents_of, SPACE)

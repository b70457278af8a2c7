"""What HW-GPT-Bench's models of scale l are made of."""

from functools import partial

from hwpred.spaces.gpt_l import SPACE
from hwpred.structure.gpt import contents_of

contents = partial(contents_of, SPACE)

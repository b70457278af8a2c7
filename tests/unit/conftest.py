"""One thread for torch, as every job has: small tensors lose more than they gain by a second one."""

import torch

torch.set_num_threads(1)

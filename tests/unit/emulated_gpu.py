"""A GPU that needs none: tensors made without naming a device lie "on the GPU", and numpy cannot read those.

It refuses what CUDA refuses: ``numpy()`` and ``numpy.asarray`` of a tensor that was not copied by ``cpu()``, and
operations on tensors of both devices. Everything is computed by the CPU, so the numbers are those of the CPU.
"""

import torch
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._device import _device_constructors
from torch.utils._pytree import tree_leaves

GPU = torch.device("cuda")
READERS = {torch.Tensor.numpy, torch.Tensor.__array__}
MIXERS = {
    torch.Tensor.copy_,
    torch.Tensor.__getitem__,
    torch.Tensor.__setitem__,
    torch.Tensor.to,
}
"""What may take tensors of both devices: copies, and indices."""


class OnGpu(torch.Tensor):
    """A tensor on the emulated GPU; what is computed from it lies there, too."""


class EmulatedGpu(TorchFunctionMode):
    """Within it the emulated GPU is the default device."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if function == torch.Tensor.device.__get__:
            return GPU if isinstance(args[0], OnGpu) else torch.device("cpu")
        if function == torch.Tensor.grad.__get__:
            # torch returns it as a plain tensor.
            return None if (gradient := function(*args)) is None else gradient.as_subclass(type(args[0]))
        if function is torch.Tensor.cpu:
            return args[0].as_subclass(torch.Tensor)
        on_gpu = any(isinstance(leaf, OnGpu) for leaf in tree_leaves((args, kwargs)))
        if function in READERS and on_gpu:
            raise TypeError("can't convert cuda device type tensor to numpy; use Tensor.cpu() first")
        if on_gpu and function not in MIXERS:
            self._refuse_both_devices(function, args, kwargs)
        if function is torch.Tensor.to:
            moved = kwargs.get("device", args[1] if len(args) > 1 else None)
            if moved in (GPU, "cuda", torch.device("cpu"), "cpu"):
                return args[0].as_subclass(torch.Tensor if torch.device(moved).type == "cpu" else OnGpu)
        if function in _device_constructors():
            device = kwargs.pop("device", None)
            made = function(*args, **kwargs).as_subclass(torch.Tensor)
            on_cpu = device is not None and torch.device(device).type == "cpu"
            return made if on_cpu else made.as_subclass(OnGpu)
        return function(*args, **kwargs)

    @staticmethod
    def _refuse_both_devices(function, args, kwargs):
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        # As CUDA does, numbers (tensors without axes) go everywhere.
        if any(not isinstance(tensor, OnGpu) and tensor.dim() > 0 for tensor in tensors):
            raise RuntimeError(f"{resolve_name(function)}: expected all tensors to be on the same device")

"""timm's image networks as torch modules with random weights, to be timed.

``factory: hwpred.spaces.zoo.network:build`` of the key ``measure`` names it.
"""

PACKAGES = ("timm",)
"""Whose versions say what the networks are."""


def build(text):
    """Return the network that space ``zoo`` calls by that text, such as ``resnet50@224``, and an image.

    It needs the extra ``zoo``.
    """
    import timm
    import torch

    name, size = text.rsplit("@", 1)
    module = timm.create_model(name)
    told = module.pretrained_cfg
    if told.get("fixed_input_size") and told["input_size"][-1] != int(size):
        module = timm.create_model(name, img_size=int(size))
    return module, torch.randn(1, told["input_size"][0], int(size), int(size))

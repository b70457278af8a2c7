"""What devices are called in pages and figures, and of which kind they are, by their ids.

A device of a user's own keeps its id as its name, and is of no kind.
"""

import re

COMPUTED = "computed"
DEVICES = (
    (COMPUTED, r"graph", "computed from the network"),
    ("FPGA", r"fpga", "FPGA"),
    ("FPGA", r"(zcu102|vck190)", "Xilinx {0}"),
    ("accelerator", r"eyeriss", "Eyeriss"),
    ("accelerator", r"edgetpu", "Edge TPU"),
    ("accelerator", r"tpuv(\d)", "TPU v{0}"),
    ("phone", r"pixel(\d)", "Google Pixel {0}"),
    ("phone", r"pixel_litert", "Google Pixel, LiteRT"),
    ("phone", r"samsung_(\w+)", "Samsung {0}"),
    ("phone", r"essential_ph_1", "Essential PH-1"),
    ("board", r"raspi4", "Raspberry Pi 4"),
    ("board", r"pi5_(\w+)", "Raspberry Pi 5, {0}"),
    ("board", r"edgegpu", "edge GPU (Jetson TX2)"),
    ("CPU", r"cpu_(\w+)", "CPU ({0})"),
    ("CPU", r"helix_cpu", "Helix CPU"),
    ("CPU", r"epyc_(\w+)", "AMD EPYC, {0}"),
    ("CPU", r"xeon_(onnx|torch)", "Intel Xeon, {0}"),
    ("CPU", r"xeon_(onnx|torch)_(\d)", "Intel Xeon, {0}, {1} threads"),
    ("CPU", r"(gold|silver)_(\d+r?)", "Intel Xeon {0} {1}"),
    ("CPU", r"fp32-nchw-(pt\d+)-cpu-i9_10940x-dynamo", "Intel i9-10940X, {0} compiled"),
    ("GPU", r"amp-(nchw|nhwc)-(pt\d+)-cu\d+-rtx(\d+)", "RTX {2}, {1}, {0}"),
    ("GPU", r"amp-(nchw|nhwc)-(pt\d+)-cu\d+-rtx(\d+)-dynamo", "RTX {2}, {1} compiled"),
    ("GPU", r"1080ti_(\d+)", "GTX 1080 Ti, batch {0}"),
    ("GPU", r"2080ti_(\d+)", "RTX 2080 Ti, batch {0}"),
    ("GPU", r"titan_rtx_(\d+)", "Titan RTX, batch {0}"),
    ("GPU", r"titanx_(\d+)", "Titan X, batch {0}"),
    ("GPU", r"titan_?xp_(\d+)", "Titan Xp, batch {0}"),
    ("GPU", r"v100_(\d+)", "V100, batch {0}"),
    ("GPU", r"(?:rtx)?(2080|3080|3090)", "RTX {0}"),
    ("GPU", r"([PavhPAVH]\d+)", "{0}"),
    ("GPU", r"gpu", "GPU"),
)
"""(kind, pattern of the whole id, name) of the devices of the catalogues in config/."""
WORDS = {
    **{"onnx": "ONNX Runtime", "torch": "PyTorch", "litert": "LiteRT", "torchmobile": "PyTorch Mobile"},
    **{"nchw": "NCHW", "nhwc": "NHWC", "gold": "Gold", "silver": "Silver", "zcu102": "ZCU102", "vck190": "VCK190"},
    **{"s7": "S7", "a50": "A50", "a100": "A100", "a40": "A40", "a6000": "A6000", "h100": "H100", "v100": "V100"},
    **{"pt210": "PyTorch 2.1", "pt221": "PyTorch 2.2", "pt240": "PyTorch 2.4"},
}
"""How parts of ids are written."""


def title_of(device):
    """Return what a device is called: ``"Raspberry Pi 5, ONNX Runtime"``; the id of one that is not known.

    Parameters
    ----------
    device : str
        Its id, as in a combination.
    """
    for _, pattern, name in DEVICES:
        if found := re.fullmatch(pattern, device):
            return name.format(*(WORDS.get(part, part) for part in found.groups()))
    return device


def place_of(device):
    """Return where a metric is measured, as a sentence goes on: ``"on AMD EPYC, PyTorch"``.

    Parameters
    ----------
    device : str
        Its id, as in a combination.
    """
    title = title_of(device)
    return title if kind_of(device) == COMPUTED else f"on {title}"


def kind_of(device):
    """Return the kind of a device, ``"phone"``, or None of one that is not known."""
    return next((kind for kind, pattern, _ in DEVICES if re.fullmatch(pattern, device)), None)

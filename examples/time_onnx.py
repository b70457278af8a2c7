"""Time an ONNX file on this machine, one image on one core: python time_onnx.py network.onnx.

Prints five times in ms, as the key ``device_command`` of docs/measuring.md asks for. Copy it to a board that has Python
and ONNX Runtime, or write the same for the runtime of your phone.
"""

import sys
from statistics import median
from time import perf_counter

import numpy as np
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
# hwpred's files have one input of fixed shape; what is in it does not change the time.
entry = session.get_inputs()[0]
inputs = {entry.name: np.random.default_rng(0).standard_normal(entry.shape, np.float32)}


def milliseconds():
    """Run the network once."""
    start = perf_counter()
    session.run(None, inputs)
    return 1e3 * (perf_counter() - start)


# The first runs still allocate memory.
for _ in range(5):
    milliseconds()
# A median leaves out the moments in which the machine does something else.
for _ in range(5):
    print(f"{median(milliseconds() for _ in range(20)):.4f}")

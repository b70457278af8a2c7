"""What language models and once-for-all's networks are made of, against published numbers and counts by hand."""

import numpy as np
import pytest

from hwpred.networks.analysis import elements_of, kind_of, layer_costs
from hwpred.spaces import get_space
from hwpred.spaces.gpt import network as gpt
from hwpred.spaces.gpt.structure import costs_of
from hwpred.spaces.ofa import network as ofa
from hwpred.structure import has_structure, structured
from hwpred.structure.blocks import KINDS

MODELS = [
    (768, 0, "4 12 12 4 4 12 12 8 4 12", "2 2 4 4 3 3 3 4 4 2", 148_591_104, 1_802_502_144_000),
    (384, 1, "8 12 12 8 12 12 4 8 8 8 4", "3 3 2 3 4 4 4 3 4 4 4", 64_915_968, 746_685_726_720),
]
"""Models, with the parameters and the floating-point operations that HW-GPT-Bench's files say."""


@pytest.mark.parametrize(("width", "bias", "heads", "ratios", "parameters", "flops"), MODELS)
def test_a_language_model_has_the_published_parameters_and_operations(width, bias, heads, ratios, parameters, flops):
    network = gpt.build(width, bias, list(map(int, heads.split())), list(map(int, ratios.split())))
    assert network.parameters == parameters
    # Counted there: products with weights, five operations an element of a normalisation, one of an activation.
    counted = {"linear": lambda o: 2 * o.macs, "normalisation": lambda o: 5 * np.prod(o.shape)}
    counted["activation"] = lambda o: np.prod(o.shape)
    assert sum(counted[o.kind](o) for o in network.operators if o.kind in counted) == flops


@pytest.mark.parametrize("key", ["gpt_s", "gpt_m", "gpt_l"])
def test_the_costs_of_models_are_those_of_their_operators(key):
    space = get_space(key)
    rows = space.draw(5, np.random.default_rng(0))
    found = structured(key, rows).blocks["drawn/kind_costs"].reshape(5, -1, 3)
    whole = []
    for row in rows:
        width, layers, bias, *of_layers = space.to_values(row)
        costs = costs_of(gpt.build(width, bias, of_layers[: 2 * layers : 2], of_layers[1 : 2 * layers : 2]))
        whole.append([costs[kind] for kind in sorted(costs)])
    whole = np.array(whole, dtype=float)
    # They are in standard deviations of typical models, of each column its own.
    scale = whole[0].clip(min=1) / found[0].clip(min=1e-300)
    np.testing.assert_allclose(np.where(whole > 0, found * scale, 0), whole, rtol=1e-9)


def test_a_network_of_once_for_all_by_hand():
    network = ofa.build(224, [[(3, 3), (3, 3)]] * 5)
    elements = elements_of(network)
    macs = [layer_costs(network, index, elements)[0] for index in range(1, len(network.layers))]
    # The stem, a depthwise and a 1x1 convolution of 16 channels, then 16 to 48 channels at 112 pixels.
    pixels = 112**2
    assert [each for each in macs if each][:4] == [
        27 * 16 * pixels,
        9 * 16 * pixels,
        16 * 16 * pixels,
        16 * 48 * pixels,
    ]
    # Two layers of each of five stages, and the one behind the stem.
    assert sum(kind_of(layer) == "depthwise_3x3" for layer in network.layers) == 11


def test_resolution_and_depth_change_what_networks_cost():
    space = get_space("ofa")
    small = space.from_network(128, [[(3, 3), (3, 3)]] * 5)
    large = space.from_network(128, [[(3, 3), (3, 3), (3, 3)]] * 5)
    sharp = space.from_network(224, [[(3, 3), (3, 3)]] * 5)
    blocks = structured("ofa", np.array([small, large, sharp])).blocks
    macs, moved, operators, _ = blocks["drawn/costs"].T
    assert macs[0] < macs[1] < macs[2]
    assert moved[0] < moved[1] < moved[2]
    assert operators[1] > operators[0] == operators[2]


@pytest.mark.parametrize("key", ["gpt_s", "ofa"])
def test_blocks_are_of_known_kinds_and_do_not_depend_on_their_company(key):
    rows = get_space(key).draw(40, np.random.default_rng(1))
    assert has_structure(key)
    whole, part = structured(key, rows), structured(key, rows[10:15])
    assert {name.split("/")[1] for name in whole.blocks} <= set(KINDS)
    for name, values in whole[np.arange(10, 15)].blocks.items():
        np.testing.assert_array_equal(values, part.blocks[name])
        assert np.isfinite(values).all()

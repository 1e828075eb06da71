"""What travels to the browser instead of a film."""

import numpy as np
import pytest
import torch

from structviz.data import TOY_SETS, toy, toy_split
from structviz.errors import ConfigError
from structviz.figures.flow.live import encode_networks
from structviz.figures.packet import unpack
from structviz.nets import PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow import FlowNetwork, panels_for


def test_nothing_depends_on_what_a_hand_moves() -> None:
    packets = {
        encode_networks(panels_for("donut2d", "steps", method=method, n_steps=n, noise=noise, horizon=T, scale=scale))
        for method, n, noise, T, scale in (("euler", 40, 1.0, 1.0, 1.0), ("rk4", 8, 0.0, 2.0, 0.5))
    }
    assert len(packets) == 1
    assert len(packets.pop()) < 30_000


def test_points_and_weights_are_those_of_the_library() -> None:
    panels = panels_for("spiral2d", "width", n_points=100, seed=3, horizon=2.0, scale=1.5)
    head, arrays = unpack(encode_networks(panels))
    assert set(head["integrators"]) == set(INTEGRATORS)
    for k, (panel, one) in enumerate(zip(panels, head["networks"], strict=True)):
        net = panel.network.as_trained
        assert one["network"]["layers"] == net.n_layers == 40
        assert np.array_equal(arrays[f"{k}/A"], net.A.numpy())
        assert np.array_equal(arrays[f"{k}/b"], net.b.numpy())
        assert one["normal"] == net.normal.tolist()
        level = 0.7 * one["unit"]
        points = (arrays[f"{k}/places"] + level * arrays[f"{k}/shifts"]).astype(np.float32)
        drawn, labels = toy_split("spiral2d", 2, 100, 3, 0.7 * TOY_SETS["spiral2d"].noise)[1]
        assert np.array_equal(points, drawn.numpy())
        assert np.array_equal(arrays[f"{k}/labels"], labels.numpy())


def test_points_of_ones_own_have_no_noise() -> None:
    points, labels = toy("xor", 20)
    network = FlowNetwork(PointClassifier(n_layers=2), "", "Yours", 5)
    head, arrays = unpack(encode_networks(panels_for((points, labels), training=network)))
    assert np.array_equal(arrays["0/places"], points.double().numpy())
    assert arrays["0/shifts"].shape == (0, 2)
    assert head["networks"][0]["heading"]["trained"] == "step 5 of training"
    assert head["networks"][0]["takes"] == "layers"


def test_four_dimensions_are_not_drawn() -> None:
    network = FlowNetwork(PointClassifier(width=4), "", "Yours")
    with pytest.raises(ConfigError, match=r"2 or 3 dimensions; the network of 'Yours' has 4\. Choose another"):
        encode_networks(panels_for((torch.zeros(3, 2), torch.zeros(3).long()), networks=[network]))

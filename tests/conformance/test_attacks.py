"""Attacks on the classifier of photographs that ships: a file of an attacked photograph, and the peer."""

import io

import numpy as np
import PIL.Image
import pytest
import torch
from torch import nn

from structviz import attacks, zoo
from structviz.data import imagenet_classes, photograph


@pytest.fixture(scope="module")
def net() -> nn.Module:
    return zoo.load("robustness/efficientnet-lite0")


def test_a_file_of_the_attacked_cat_is_a_gibbon_when_it_is_read_again(net: nn.Module) -> None:
    cat, gibbon = photograph("chelsea"), imagenet_classes().index("gibbon")
    found = attacks.pgd(net, cat, torch.tensor([gibbon]), 4 / 255, steps=8, targeted=True, in_eight_bits=True)
    assert found.success.item()
    assert found.size.item() <= 4 / 255 + 1e-6
    file = io.BytesIO()
    pixels = (255 * found.x[0]).round().byte().permute(1, 2, 0).contiguous().numpy()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    with PIL.Image.open(file) as picture:
        again = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255
    assert torch.equal(again, found.x)
    with torch.no_grad():
        shares = net(again).softmax(1)[0]
    assert shares.argmax().item() == gibbon
    assert shares[gibbon] > 0.9


def test_margins_are_those_of_foolbox(net: nn.Module) -> None:
    """Without it: for the cat after 8 steps of 2.5 ε / 8, both reach 2.579 with ε = 0.25/255 in the largest norm and
    4.831 with ε = 0.5 in the Euclidean one; `python -m benchmarks.attacks` prints more of them.
    """
    foolbox = pytest.importorskip("foolbox", reason="foolbox is a peer to measure against: pip install foolbox==3.3.4")
    peer = foolbox.attacks.LinfProjectedGradientDescentAttack(steps=4, rel_stepsize=2.5 / 4, random_start=False)
    cat = photograph("chelsea")
    labels = net(cat).argmax(1)
    theirs = peer(foolbox.PyTorchModel(net, bounds=(0, 1), device="cpu"), cat, labels, epsilons=1 / 255)[1]
    margin = attacks.margins(net(theirs), labels)
    assert attacks.pgd(net, cat, labels, 1 / 255, steps=4).history[-1] >= margin - 0.01

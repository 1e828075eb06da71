"""Pretrained networks: weights in safetensors, each with a card that says where they come from."""

from structviz.zoo.archive import PackedNetwork, pack, read_archive, unpack
from structviz.zoo.cards import Card, check_name
from structviz.zoo.networks import MOST_PARAMETERS, NETWORKS, describe
from structviz.zoo.repository import PRETRAINED, card, check_pair, load, names, save

__all__ = [
    "MOST_PARAMETERS",
    "NETWORKS",
    "PRETRAINED",
    "Card",
    "PackedNetwork",
    "card",
    "check_name",
    "check_pair",
    "describe",
    "load",
    "names",
    "pack",
    "read_archive",
    "save",
    "unpack",
]

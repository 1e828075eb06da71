"""Lines that the scripts of the page share: its points and its network."""

from functools import partial

from structviz.data import write_points
from structviz.nets import ODENet
from structviz.ui.kit.exports import Item
from structviz.ui.pages.optimal_control.choice import N_POINTS, ControlChoice
from structviz.ui.pages.optimal_control.networks import kind_of
from structviz.ui.pages.optimal_control.own_points import OWN

__all__ = ["net_code", "own_table", "points_code"]

_TABLE, _FOLDER = "points.csv", "weights"


def points_code(choice: ControlChoice) -> str:
    """What makes the points and their classes; it knows `torch`, `Path` and `data`."""
    if choice.dataset == OWN:
        return f'data.read_points(Path("{_TABLE}").read_bytes())'
    return f'data.toy("{choice.dataset}", {N_POINTS}, torch.Generator().manual_seed({choice.seed}))'


def own_table(choice: ControlChoice) -> list[Item]:
    """The table of the visitor's points, which the script reads; nothing if a set is chosen."""
    if choice.dataset != OWN:
        return []
    points, labels = choice.points
    return [Item("Points (CSV)", partial(write_points, points, labels), _TABLE, "text/csv")]


def net_code(choice: ControlChoice) -> str:
    """Lines that load the network `net` and put it into the chosen steps; they know `torch`, `Path`, `nets`, `zoo`."""
    unpacked, folder = "", ""
    if choice.local:
        unpacked = f'zoo.unpack(Path("weights.zip"), Path("{_FOLDER}"))\n'
        folder = f', folder=Path("{_FOLDER}")'
    load = f'{unpacked}net = zoo.load("{choice.name}"{folder})\n'
    if choice.weights == "trained" and choice.steps == kind_of(vars(choice)):
        return load
    kind, name = ("ODENet", "steps") if isinstance(choice.net, ODENet) else ("PointClassifier", "scheme")
    copied = "weights = net.state_dict()\n" if choice.weights == "trained" else ""
    loaded = "net.load_state_dict(weights)\n" if choice.weights == "trained" else ""
    return (
        f"{load}{copied}torch.manual_seed({choice.seed})\n"
        f'net = nets.{kind}(**{{**net.shape, "{name}": "{choice.steps}"}})\n{loaded}'
    )

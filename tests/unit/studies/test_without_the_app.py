"""Whatever a page shows as numbers can be had in five lines, without Streamlit and without pictures."""

import ast
import json
import subprocess
import sys

import pytest

UNWANTED = {"streamlit", "plotly", "structviz.figures", "structviz.ui"}

STUDIES = {
    "notation": """
from structviz import data
from structviz.studies.notation import PlaneNetwork
net = PlaneNetwork.parse("1,1,-1,-1,0,0;1,1,0,0,0,0")
objective = lambda net: net.loss(*data.toy("xor", 50)) + net.regulariser(weight=0.01)
assert objective(net.gradient_step(objective, rate=0.1)) < objective(net)
""",
    "flow": """
from structviz.studies.flow import measured_films, panels_for
(film, *_) = measured_films(panels_for("donut2d", "steps", n_points=50))
assert 0.5 < film.accuracy <= 1 and film.folded == 0
""",
    "rotation": """
from structviz import data, zoo
from structviz.studies.rotation import compare
found = compare({"equivariant": zoo.load("stripes/equivariant")}, data.stripes(1), 1.5707963267948966)
assert found.arms["equivariant"][1].psnr > found.noisy[1].psnr + 20
""",
    "features": """
from structviz import data, zoo
from structviz.studies.features import feature_film
film = feature_film(zoo.load("stripes/equivariant"), data.stripes(1), 1, "C4", n_angles=4)
assert film.change.max() < 1e-5
""",
    "ct": """
from structviz import zoo
from structviz.studies.ct import Scan, acquire_scan, learned_method, reconstruct
scan = Scan(n_views=20, image_size=64)
found = reconstruct(learned_method(zoo.load("ct/equivariant-small"), scan.geometry), acquire_scan(scan, angle=0.5))
assert found.psnr[-1] > found.psnr[0]
""",
    "stability": """
import torch
from structviz.nets import GradientFlow
from structviz.studies.stability import phase_portrait, study_pairs
assert study_pairs(GradientFlow(), torch.rand(20, 2), -torch.rand(20, 2)).worst <= 1 + 1e-5
assert phase_portrait("pendulum", "stormer-verlet", h=0.1, n_steps=100).largest_error < 0.003
""",
    "invertibility": """
import torch
from structviz.nets import CouplingFlow
from structviz.studies.invertibility import density_map, round_trip
assert round_trip(CouplingFlow(), torch.rand(20, 2)).errors[0] < 1e-5
assert abs(density_map(CouplingFlow(), half_width=10).total - 1) < 0.01
""",
    "densities": """
from structviz import data, zoo
from structviz.studies.invertibility import compare_densities, known_densities
(train, _), (test, _) = data.toy_split("xor", 1000, 500, seed=0)
found = compare_densities(zoo.load("invertibility/affine-xor"), known_densities("xor", train, test, 1.5), test)
assert found.nats["exact"] > found.nats["flow"] > found.nats["gaussian"]
""",
    "manifolds": """
from structviz.studies.manifolds.sphere_steps import FIELDS, distances, follow, spread_points
paths = {name: follow(FIELDS["poles"], name, 0.2, 20, spread_points(50)) for name in ("exponential", "euler")}
assert distances(paths["exponential"]).max() < 1e-14
assert distances(paths["euler"]).max() > 0.3
""",
    "train": """
from structviz.training import TrainConfig, train
result = train(TrainConfig(recipe="flow", steps=5, n_train=20), device="cpu")
assert result.history[-1].step == 5 and 0 <= result.metrics["accuracy_test"] <= 1
""",
}


RUNNER = f"""
import json, sys, traceback
for page, code in json.load(sys.stdin).items():
    try:
        exec(code, {{}})
    except Exception:
        print(page, traceback.format_exc())
    print(page, "imports", sorted(set({sorted(UNWANTED)!r}) & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def said() -> str:
    """What one process says that runs the lines of all pages; to start one for each costs seconds."""
    done = subprocess.run([sys.executable, "-c", RUNNER], input=json.dumps(STUDIES), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", STUDIES)
def test_five_lines_give_the_numbers_of_a_page(page: str, said: str) -> None:
    assert len(ast.parse(STUDIES[page]).body) <= 5
    own = [line for line in said.splitlines() if line.startswith(f"{page} ")]
    assert own == [f"{page} imports []"], said

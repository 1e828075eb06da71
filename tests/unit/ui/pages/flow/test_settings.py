import pytest

from structviz.config import PointShape
from structviz.errors import ConfigError
from structviz.nets import PLAIN
from structviz.ui.pages.flow.choice import OWN, FlowChoice
from structviz.ui.pages.flow.settings import MAX_WORK, check_work, train_config


def test_every_setting_reaches_the_run() -> None:
    choice = FlowChoice(
        "xor",
        train_scheme="rk4",
        train_layers=7,
        train_time=2.5,
        train_width=3,
        train_sigma="relu",
        train_rate=0.1,
        train_weight=1e-3,
        train_points=150,
        train_steps=300,
        train_seed=8,
        train_fixed=True,
    )
    config = train_config(choice)
    assert config.net == PointShape("rk4", 3, 7, 2.5, "relu", "fixed")
    assert (config.learning_rate, config.regularisation, config.seed) == (0.1, 1e-3, 8)
    assert (config.n_train, config.steps, config.dataset) == (150, 300, "xor")


def test_own_points_are_all_trained_on() -> None:
    config = train_config(FlowChoice(OWN), n_own=40)
    assert (config.n_train, config.dataset) == (40, None)


def test_a_plain_network_is_trained_without_the_regulariser_of_a_flow() -> None:
    assert train_config(FlowChoice(train_scheme=PLAIN, train_weight=1e-2)).regularisation == 0


def test_the_limit_of_work_is_a_product() -> None:
    check_work(100, 2, MAX_WORK // 200)
    for layers, width, points in ((100, 2, MAX_WORK // 200 + 1), (1, 3, MAX_WORK)):
        with pytest.raises(ConfigError, match=f"may be {MAX_WORK:,} at most .* {layers} × {width} × {points} are"):
            check_work(layers, width, points)

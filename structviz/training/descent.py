"""The steps of a run on the batches of a recipe: Adam, or gradient descent with backtracking."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.seeding import seeded
from structviz.training.backtracking import Backtracking
from structviz.training.recipes import Recipe

__all__ = ["Descent", "check_place", "initial_network", "is_lack_of_memory", "pick_device"]


def pick_device(device: str = "auto") -> torch.device:
    """The device by name; "auto" is CUDA when present, else the CPU.

    Raises
    ------
    ConfigError
        If torch does not know the device or cannot use it here.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        picked = torch.device(device)
    except RuntimeError as error:
        raise ConfigError(f'A device is "auto", "cpu", "cuda" or "cuda:N"; got {device!r}.') from error
    if picked.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError(f'No CUDA device is available here; got {device!r}. Use "auto" or "cpu".')
    return picked


def initial_network(recipe: Recipe, config: TrainConfig) -> nn.Module:
    """The network of a complete configuration with the initial weights that its seed decides."""
    # torch and escnn draw initial weights from the global generator, so it gets the seed for that time.
    with seeded(config.seed):
        # In the mode of training from the start: escnn keeps other tensors in it, and weights must fit later ones.
        # In float32, as the data and the files of the zoo, whatever torch's default is.
        return recipe.build(config).float().train()


class Descent:
    """The steps of a run, one at a time.

    Adam has a warm start and a learning rate that falls along a cosine. With `optimiser="backtracking"` the steps are
    those of gradient descent, as long as the objective allows. After each step a network that has `project_weights`
    moves its weights back to where they belong.

    Parameters
    ----------
    recipe, config
        The task, and its complete settings.
    net
        The network, changed in place.
    place
        Where to train.

    Attributes
    ----------
    steps, taken, batch_size
        Steps in all, steps taken, and examples in each.

    Raises
    ------
    ConfigError
        If the recipe leaves settings open, or the device cannot do what they ask for.
    """

    def __init__(self, recipe: Recipe, config: TrainConfig, net: nn.Module, place: torch.device) -> None:
        steps, batch_size, learning_rate = config.steps, config.batch_size, config.learning_rate
        if steps is None or batch_size is None or learning_rate is None:
            raise ConfigError(f"The recipe {recipe.name} leaves settings open: {config}.")
        check_place(config, place)
        self.steps, self.batch_size, self.taken = steps, batch_size, 0
        self._recipe, self._config, self._place = recipe, config, place
        self._rate = learning_rate
        self._net = net
        net.to(place).to(memory_format=torch.channels_last).train()  # pyright: ignore[reportCallIssue]
        self._forward = torch.compile(net) if config.compiled else net
        self._parameters = list(net.parameters())
        self._project: Callable[[], None] = getattr(net, "project_weights", lambda: None)
        self._search: Backtracking | None = None
        if config.optimiser == "backtracking":
            self._search = Backtracking(self._parameters, learning_rate, self._project)
        self._optimiser = torch.optim.Adam(self._parameters, lr=learning_rate, fused=True)
        self._begin()

    def step(self) -> Tensor:
        """Take one step; return the loss before it, without waiting for the device."""
        y, x = (self._moved(part) for part in next(self._batches))
        search = self._search
        loss = self._adam(y, x) if search is None else search.step(lambda: self._objective(y, x))
        self.taken += 1
        return loss.detach()

    def _adam(self, y: Tensor, x: Tensor) -> Tensor:
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate * _warm_cosine(self.taken / self.steps)
        self._optimiser.zero_grad(set_to_none=True)
        loss = self._objective(y, x)
        loss.backward()
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()
        self._project()
        return loss

    def _objective(self, y: Tensor, x: Tensor) -> Tensor:
        """The mean loss on a batch, and the regulariser."""
        with torch.autocast(self._place.type, torch.bfloat16, enabled=self._config.precision == "bfloat16"):
            output = self._forward(y)
        output = output.float() if output.dtype is torch.bfloat16 else output
        return self._recipe.loss(output, x).mean() + self._recipe.regulariser(self._net, self._config)

    def state(self) -> dict[str, Tensor]:
        """What decides the next steps beside the weights: moments of the optimiser, and the random numbers."""
        state = {"random": self._generator.get_state()}
        if self._search is not None:
            return {**state, "lipschitz": torch.tensor(self._search.lipschitz, dtype=torch.float64)}
        for k, parameter in enumerate(self._parameters):
            for name, value in self._optimiser.state[parameter].items():
                state[f"{k}/{name}"] = value
        return state

    def restore(self, taken: int, state: Mapping[str, Tensor]) -> None:
        """Go on after `taken` steps from what `state` gave there; the weights are restored by the caller.

        Raises
        ------
        KeyError, RuntimeError
            If the state belongs to another network.
        """
        self.taken = taken
        self._begin()
        if not taken:
            return
        # The first batch makes recipes draw their data; after it their generator alone decides what comes.
        next(self._batches)
        self._generator.set_state(state["random"])
        if self._search is not None:
            self._search.lipschitz = state["lipschitz"].item()
            return
        for k, parameter in enumerate(self._parameters):
            moments = {name: torch.empty_like(parameter).copy_(state[f"{k}/{name}"]) for name in _MOMENTS}
            count = torch.empty((), device=self._place).copy_(state[f"{k}/step"])
            self._optimiser.state[parameter] = {"step": count, **moments}

    def _begin(self) -> None:
        self._generator = torch.Generator().manual_seed(self._config.seed)
        self._batches = self._recipe.batches(self._config, self._generator)

    def _moved(self, part: Tensor) -> Tensor:
        if self._place.type == "cuda":
            part = part.pin_memory()
        if part.ndim != 4:
            return part.to(self._place, non_blocking=True)
        return part.to(self._place, non_blocking=True, memory_format=torch.channels_last)


_MOMENTS = ("exp_avg", "exp_avg_sq")


def is_lack_of_memory(error: Exception) -> bool:
    """Whether there was too little memory: CUDA has its own exception for that, the CPU only a message."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)


def _warm_cosine(progress: float) -> float:
    """Factor of the learning rate: it rises linearly for a short time, then falls along half a cosine to zero."""
    warm = 0.05
    if progress < warm:
        return (progress + 1e-3) / (warm + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


def check_place(config: TrainConfig, place: torch.device) -> None:
    """Check that a device can do what settings ask for.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    if config.compiled and place.type != "cuda":
        raise ConfigError(
            f"Networks are compiled for CUDA devices only, others would need a compiler; got the device {place}. "
            "Leave compiled out."
        )

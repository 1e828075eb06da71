"""Whose turn it is: runs of several visitors take turns, however many one of them has asked for."""

from dataclasses import dataclass, field

__all__ = ["Turns"]


@dataclass
class Turns:
    """The order of what waits for workers, by rounds: each owner has one place in each round.

    Whoever asks for the first time enters the round that is under way, so nobody is owed anything for having been away.

    Examples
    --------
    >>> turns = Turns()
    >>> [turns.take(name, owner) for name, owner in (("a1", "ann"), ("a2", "ann"), ("b1", "bob"))]
    [0, 1, 0]
    >>> turns.in_order(["a1", "a2", "b1"])
    ['a1', 'b1', 'a2']
    """

    _round: int = 0
    _taken: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, name: str, owner: str) -> int:
        """The round of a run, which keeps it until `end`.

        Parameters
        ----------
        name
            The run.
        owner
            Who asked for it.
        """
        if name not in self._taken:
            own = [turn + 1 for turn, other in self._taken.values() if other == owner]
            self._taken[name] = (max([self._round, *own]), owner)
        return self._taken[name][0]

    def end(self, name: str) -> None:
        """Note that a run is over: its round is under way, or it was."""
        turn, _ = self._taken.pop(name, (0, ""))
        self._round = max(self._round, turn)

    def in_order(self, names: list[str]) -> list[str]:
        """Names of runs as they come to workers: by rounds, and within a round in the order given."""
        return sorted(names, key=lambda name: self._taken.get(name, (self._round, ""))[0])

"""How well classes are told apart."""

from jaxtyping import Float, Int
from torch import Tensor

__all__ = ["accuracy", "class_accuracy"]


def accuracy(logits: Float[Tensor, "batch"], labels: Int[Tensor, "batch"]) -> float:
    """The share of points on the right side: a positive logit means class 1.

    Parameters
    ----------
    logits
        What the classifier says of each point; nan counts as wrong.
    labels
        Each 0 or 1.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> import torch
    >>> accuracy(torch.tensor([-2.0, 0.5, 3.0, 1.0]), torch.tensor([0, 1, 1, 0]))
    0.75
    """
    right = ((logits > 0) & (labels == 1)) | ((logits <= 0) & (labels == 0))
    return right.double().mean().item()


def class_accuracy(logits: Float[Tensor, "batch label"], labels: Int[Tensor, "batch"]) -> float:
    """The share of inputs of which the largest logit is that of their class.

    Parameters
    ----------
    logits
        What the classifier says of each input; a row with a nan counts as wrong.
    labels
        Each the index of a class.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> import torch
    >>> class_accuracy(torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 1.0]]), torch.tensor([0, 1, 1]))
    0.6666666666666666
    """
    right = (logits.argmax(1) == labels) & ~logits.isnan().any(1)
    return right.double().mean().item()

"""How close an image is to a reference; how well classes are told apart; how far rotations are from each other."""

from structviz.metrics.classification import accuracy, class_accuracy
from structviz.metrics.image import psnr, ssim
from structviz.metrics.rotations import rotation_angle

__all__ = ["accuracy", "class_accuracy", "psnr", "rotation_angle", "ssim"]

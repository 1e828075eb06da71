"""How close an image is to a reference, one number per image; how well classes are told apart."""

from structviz.metrics.classification import accuracy, class_accuracy
from structviz.metrics.image import psnr, ssim

__all__ = ["accuracy", "class_accuracy", "psnr", "ssim"]

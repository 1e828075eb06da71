"""How close an image is to a reference: one number per image."""

from structviz.metrics.image import psnr, ssim

__all__ = ["psnr", "ssim"]

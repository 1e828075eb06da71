"""Defects of what images and classes are measured by."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="psnr-factor",
        breaks="Decibels are counted as 20 log10 of a power.",
        file="structviz/metrics/image.py",
        old="(10 * torch.log10(data_range**2 / _mean(squares, mask)))",
        new="(20 * torch.log10(data_range**2 / _mean(squares, mask)))",
        tests="tests/unit/metrics/test_image.py::test_closed_forms",
    ),
    Defect(
        name="psnr-peak",
        breaks="The peak is not squared.",
        file="structviz/metrics/image.py",
        old="(10 * torch.log10(data_range**2 / _mean(squares, mask)))",
        new="(10 * torch.log10(data_range / _mean(squares, mask)))",
        tests="tests/unit/metrics/test_image.py::test_psnr_is_that_of_scikit_image",
    ),
    Defect(
        name="psnr-absolute",
        breaks="The error is the mean of absolute differences.",
        file="structviz/metrics/image.py",
        old="squares = (x.double() - reference.double()) ** 2",
        new="squares = (x.double() - reference.double()).abs()",
        tests="tests/unit/metrics/test_image.py::test_psnr_is_that_of_scikit_image",
    ),
    Defect(
        name="psnr-mask-ignored",
        breaks="Pixels outside the mask count.",
        file="structviz/metrics/image.py",
        old="    return (10 * torch.log10(data_range**2 / _mean(squares, mask))).to(x.dtype)",
        new="    return (10 * torch.log10(data_range**2 / _mean(squares, None))).to(x.dtype)",
        tests="tests/unit/metrics/test_image.py::test_what_lies_outside_the_mask_does_not_count",
    ),
    Defect(
        name="mean-over-the-batch",
        breaks="All images of a batch have the same number.",
        file="structviz/metrics/image.py",
        old="    return values.flatten(1).mean(1)",
        new="    return values.flatten(1).mean().expand(len(values))",
        tests="tests/unit/metrics/test_image.py::test_psnr_is_that_of_scikit_image",
    ),
    Defect(
        name="ssim-constants",
        breaks="The two constants of the SSIM have changed places.",
        file="structviz/metrics/image.py",
        old="_K1, _K2 = 0.01, 0.03",
        new="_K1, _K2 = 0.03, 0.01",
        tests="tests/unit/metrics/test_image.py::test_ssim_is_that_of_scikit_image",
    ),
    Defect(
        name="ssim-window",
        breaks="The windows are 5 pixels wide.",
        file="structviz/metrics/image.py",
        old="_WINDOW = 7",
        new="_WINDOW = 5",
        tests="tests/unit/metrics/test_image.py::test_ssim_is_that_of_scikit_image",
    ),
    Defect(
        name="ssim-population",
        breaks="Variances are those of the population, not of the sample.",
        file="structviz/metrics/image.py",
        old="sample = _WINDOW**2 / (_WINDOW**2 - 1)",
        new="sample = 1.0",
        tests="tests/unit/metrics/test_image.py::test_ssim_is_that_of_scikit_image",
    ),
    Defect(
        name="ssim-covariance",
        breaks="The covariance is not centred.",
        file="structviz/metrics/image.py",
        old="covariance = sample * (mean_xy - mean_x * mean_y)",
        new="covariance = sample * mean_xy",
        tests="tests/unit/metrics/test_image.py::test_ssim_is_that_of_scikit_image",
    ),
    Defect(
        name="ssim-range-ignored",
        breaks="The constants do not grow with the range of the data.",
        file="structviz/metrics/image.py",
        old="c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2",
        new="c1, c2 = _K1**2, _K2**2",
        tests="tests/unit/metrics/test_image.py::test_ssim_is_that_of_scikit_image",
    ),
    Defect(
        name="accuracy-of-class-one-only",
        breaks="Points of class 0 never count as right.",
        file="structviz/metrics/classification.py",
        old="((logits > 0) & (labels == 1)) | ((logits <= 0) & (labels == 0))",
        new="((logits > 0) & (labels == 1))",
        tests="tests/unit/metrics/test_classification.py",
    ),
)

"""Defects of the designs of a denoiser: continuous rotations, and nonlinearities on a finer grid."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

CIRCLE = "tests/unit/nets/test_circle.py"
CONTINUOUS = "tests/unit/nets/test_continuous.py"
FINER = "tests/unit/nets/test_finer.py"
TRAINING = "tests/unit/training/test_designs.py"
PAGE = "tests/unit/ui/pages/rotation/test_designs.py"

DEFECTS = (
    Defect(
        name="waves-of-unequal-length",
        breaks="The columns of the sampling matrix are not of length 1.",
        file="structviz/nets/circle.py",
        old="columns += [math.sqrt(2) * (k * theta).cos(), math.sqrt(2) * (k * theta).sin()]",
        new="columns += [(k * theta).cos(), (k * theta).sin()]",
        tests=CIRCLE,
    ),
    Defect(
        name="sines-before-cosines",
        breaks="Coefficients of a wave are swapped, so that a rotation turns them the other way.",
        file="structviz/nets/circle.py",
        old="columns += [math.sqrt(2) * (k * theta).cos(), math.sqrt(2) * (k * theta).sin()]",
        new="columns += [math.sqrt(2) * (k * theta).sin(), math.sqrt(2) * (k * theta).cos()]",
        tests=CIRCLE,
    ),
    Defect(
        name="samples-too-few",
        breaks="As many samples as the highest wave has zeros are taken to be enough.",
        file="structviz/nets/circle.py",
        old="n < 2 * band + 2",
        new="n < 2 * band",
        tests=CIRCLE,
    ),
    Defect(
        name="waves-as-steep-as-the-samples-allow",
        breaks="Fields for all rotations keep one wave less than they are said to.",
        file="structviz/nets/steerable.py",
        old="[space.fibergroup.irrep(k) for k in range(band + 1)]",
        new="[space.fibergroup.irrep(min(k, 1)) for k in range(band + 1)]",
        tests=CONTINUOUS,
    ),
    Defect(
        name="circle-bias-on-one-sample",
        breaks="The bias is added to the wrong samples.",
        file="structviz/nets/steerable.py",
        old="bias = (bias.unflatten(0, (-1, samples.shape[1])) @ samples.T).flatten()",
        new="bias = bias.unflatten(0, (-1, samples.shape[1]))[:, :1].expand(-1, len(samples)).flatten()",
        tests=CONTINUOUS,
    ),
    Defect(
        name="circle-border-of-zeros",
        breaks="Layers for all rotations have zero padding while they are trained.",
        file="structviz/nets/steerable.py",
        old='pad(z, (self.margin,) * 4, mode="replicate")',
        new='pad(z, (self.margin,) * 4, mode="constant")',
        tests=CONTINUOUS,
    ),
    Defect(
        name="circle-undilated",
        breaks="Layers for all rotations forget the dilation while they are trained.",
        file="structviz/nets/steerable.py",
        old="kernel, bias, dilation=self.dilation)",
        new="kernel, bias, padding=self.margin - 1)[..., : z.shape[-2], : z.shape[-1]]",
        tests=CONTINUOUS,
    ),
    Defect(
        name="finer-grid-by-lines",
        breaks="Features are interpolated linearly to the finer grid.",
        file="structviz/nets/finer.py",
        old="(3 / 256, -25 / 256, 150 / 256, 150 / 256, -25 / 256, 3 / 256)",
        new="(0.0, 0.0, 0.5, 0.5, 0.0, 0.0)",
        tests=FINER,
    ),
    Defect(
        name="nothing-between-the-pixels",
        breaks="What lies between the rows goes through without the nonlinearity.",
        file="structviz/nets/finer.py",
        old="_half_way(sigma(between), 2, _REACH - 1)",
        new="_half_way(between, 2, _REACH - 1)",
        tests=FINER,
    ),
    Defect(
        name="no-low-pass-along-rows",
        breaks="The way back from the finer grid filters along columns only.",
        file="structviz/nets/finer.py",
        old="return 0.5 * on + 0.5 * _half_way(beside, 3, _REACH - 1)",
        new="return on",
        tests=FINER,
    ),
    Defect(
        name="finer-border-of-zeros",
        breaks="Beyond their border features are zero on the finer grid.",
        file="structviz/nets/finer.py",
        old='pad(u, margin, mode="replicate")',
        new='pad(u, margin, mode="constant")',
        tests=FINER,
    ),
    Defect(
        name="designs-for-finite-groups-alone",
        breaks="A design for all rotations is built for its finite group.",
        file="structviz/training/designs.py",
        old="        band=design.band,\n",
        new="",
        tests=TRAINING,
    ),
    Defect(
        name="designs-on-the-pixels-alone",
        breaks="A design with a finer grid is built without it.",
        file="structviz/training/designs.py",
        old="        net.nonlinearity = FINER[design.activation]\n",
        new="        pass\n",
        tests=TRAINING,
    ),
    Defect(
        name="designs-mix-settings",
        breaks="Rows that were measured with other settings stand in one table.",
        file="structviz/training/designs.py",
        old='_settled(before["config"]) != _settled(settings["config"])',
        new='set(_settled(before["config"])) != set(_settled(settings["config"]))',
        tests=TRAINING,
    ),
    Defect(
        name="continuous-beside-itself",
        breaks="A design for all rotations is compared with another design than the one with its finite group.",
        file="structviz/ui/pages/rotation/designs.py",
        old="_twin(row, others, group=row.design.finite_group)",
        new="_twin(row, others, group=row.group)",
        tests=PAGE,
    ),
    Defect(
        name="finer-beside-itself",
        breaks="A design with a finer grid is compared with itself.",
        file="structviz/ui/pages/rotation/designs.py",
        old='activation=row.activation.removesuffix("-fine")',
        new="activation=row.activation",
        tests=PAGE,
    ),
    Defect(
        name="equal-errors-by-chance",
        breaks="Of designs with equal errors the one with the worst pictures is called the best.",
        file="structviz/ui/pages/rotation/designs.py",
        old="(view_of(row).worst.value, -row.psnr)",
        new="(view_of(row).worst.value, row.psnr)",
        tests=PAGE,
    ),
)

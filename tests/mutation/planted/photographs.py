"""Defects of what the rotation page says of photographs: yardsticks, formulas and the study of sizes."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="one-arm-tuned-alone",
        breaks="Rates count as tuned although one of the two arms was trained at one rate.",
        file="structviz/ui/pages/rotation/photographs.py",
        old="    return all(len({row.rate",
        new="    return any(len({row.rate",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="best-arm-is-the-worst",
        breaks="Yardsticks are weighed against the worst mean.",
        file="structviz/ui/pages/rotation/photographs.py",
        old='best = max(trained, key=lambda mean: mean["psnr"])',
        new='best = min(trained, key=lambda mean: mean["psnr"])',
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="sampled-kernels-called-exact",
        breaks="All turns of C8 are called exact.",
        file="structviz/ui/pages/rotation/formulas.py",
        old="if found.rotations == 4:",
        new="if found.rotations >= 4:",
        tests="tests/unit/ui/pages/rotation/test_formulas.py",
    ),
)

"""Defects of training on photographs, and of what the rotation page says of them."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="one-arm-tuned-alone",
        breaks="Rates count as tuned although one of the two arms was trained at one rate.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="        if sum(len(of_rate) == most for of_rate in seeds.values()) < 2:",
        new="        if sum(len(of_rate) == most for of_rate in seeds.values()) < 1:",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="rates-tried-once-are-tuned",
        breaks="A rate that was tried with one seed makes the others tuned.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="        if sum(len(of_rate) == most for of_rate in seeds.values()) < 2:",
        new="        if len(seeds) < 2:",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="changes-the-other-way",
        breaks="What tuned rates add to a lead has the other sign with each seed.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="[by_seed[seed] - earlier[seed] for seed in",
        new="[earlier[seed] - by_seed[seed] for seed in",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="change-of-the-mean-the-other-way",
        breaks="What tuned rates add to a lead has the other sign.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="mean = gap.mean.minus(_gap(n_train, earlier.values()).mean)",
        new="mean = _gap(n_train, earlier.values()).mean.minus(gap.mean)",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="rings-at-tuned-rates",
        breaks="Networks that learnt at equal rates have their ring at tuned ones.",
        file="structviz/ui/pages/rotation/gap_record.py",
        old='return is_here and rates == "equal"',
        new='return is_here and rates == "tuned"',
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="every-network-is-a-point",
        breaks="Networks that were trained for longer are said to be points of the study.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="(row.n_train, row.steps, significant(row.rate, 3)) == (shown.n_train, shown.steps, shown.rate)",
        new="row.n_train == shown.n_train",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="arms-at-equal-rates-have-their-own",
        breaks="Arms at equal rates are drawn at the rates that suit them.",
        file="structviz/ui/pages/rotation/gaps.py",
        old="        upright = [row for row in upright if row.rate == common]",
        new="        upright = list(upright)",
        tests="tests/unit/ui/pages/rotation/test_photographs.py",
    ),
    Defect(
        name="report-turns-changes-round",
        breaks="The report of the networks takes the tuned rates for the equal ones.",
        file="structviz/training/sweep_report.py",
        old="[later[seed] - lead for",
        new="[lead - later[seed] for",
        tests="tests/unit/training/test_sweep_report.py",
    ),
    Defect(
        name="best-arm-is-the-worst",
        breaks="Yardsticks are weighed against the worst mean.",
        file="structviz/ui/pages/rotation/gaps.py",
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
    Defect(
        name="not-turned-in-the-target",
        breaks="Augmented photographs have the upright one as their target.",
        file="structviz/training/images.py",
        old=(
            "        if config.is_augmented:\n"
            "            x = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))\n"
            "        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)\n"
            "        yield add_gaussian(x, sigma, generator), x"
        ),
        new=(
            "        turned = x\n"
            "        if config.is_augmented:\n"
            "            turned = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))\n"
            "        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)\n"
            "        yield add_gaussian(turned, sigma, generator), x"
        ),
        tests="tests/unit/training/test_images.py::test_what_is_asked_for_lies_as_what_is_given",
    ),
    Defect(
        name="over-half-the-circle",
        breaks="Augmented photographs are turned by up to half a turn only.",
        file="structviz/training/images.py",
        old="x = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))",
        new="x = rotate(x, math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))",
        tests="tests/unit/training/test_images.py::test_augmented_photographs_are_turned_by_any_angle_alike",
    ),
    Defect(
        name="by-quarter-turns",
        breaks="Augmented photographs are turned by quarter turns only.",
        file="structviz/training/images.py",
        old="x = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))",
        new="x = rotate(x, math.pi / 2 * torch.randint(4, (len(x),), generator=generator).float())",
        tests="tests/unit/training/test_images.py::test_augmented_photographs_are_turned_by_any_angle_alike",
    ),
    Defect(
        name="one-angle-for-a-batch",
        breaks="All augmented photographs of a batch are turned by the same angle.",
        file="structviz/training/images.py",
        old="x = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))",
        new="x = rotate(x, 2 * math.pi * float(torch.rand((), generator=generator)))",
        tests="tests/unit/training/test_images.py::test_augmented_photographs_are_turned_by_any_angle_alike",
    ),
    Defect(
        name="fixed-noise",
        breaks="The noise of photographs has one σ.",
        file="structviz/training/images.py",
        old="        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        new="        sigma = torch.full((len(x),), SIGMA_MAX / 2)",
        tests="tests/unit/training/test_images.py::test_what_is_asked_for_lies_as_what_is_given",
    ),
    Defect(
        name="half-the-noise",
        breaks="The noise of photographs has half the range of σ that the recipe states.",
        file="structviz/training/images.py",
        old="        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        new="        sigma = SIGMA_MAX / 2 * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        tests="tests/unit/training/test_images.py::test_what_is_asked_for_lies_as_what_is_given",
    ),
    Defect(
        name="one-sigma-for-a-batch",
        breaks="All photographs of a batch have the same σ.",
        file="structviz/training/images.py",
        old="        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)",
        new="        sigma = SIGMA_MAX * torch.rand(1, generator=generator).expand(len(x))",
        tests="tests/unit/training/test_images.py::test_what_is_asked_for_lies_as_what_is_given",
    ),
    Defect(
        name="one-noise-for-a-batch",
        breaks="All photographs of a batch have the same noise.",
        file="structviz/training/images.py",
        old=(
            "        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)\n"
            "        yield add_gaussian(x, sigma, generator), x"
        ),
        new=(
            "        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)\n"
            "        same = add_gaussian(torch.zeros_like(x[:1]), 1.0, generator)\n"
            "        yield x + sigma[:, None, None, None] * same, x"
        ),
        tests="tests/unit/training/test_images.py::test_what_is_asked_for_lies_as_what_is_given",
    ),
    Defect(
        name="of-one-seed",
        breaks="The patches are the same for all seeds.",
        file="structviz/training/images.py",
        old="    clean = patches(config.n_train or 1, PATCH, generator)",
        new="    clean = patches(config.n_train or 1, PATCH, torch.Generator().manual_seed(0))",
        tests="tests/unit/training/test_images.py::test_the_seed_decides_the_patches",
    ),
    Defect(
        name="scored-everywhere",
        breaks="Scores of photographs count the corners.",
        file="structviz/training/images.py",
        old='figures[f"psnr_{angle}"] = psnr(denoised, clean, mask=disc).mean().item()',
        new='figures[f"psnr_{angle}"] = psnr(denoised, clean).mean().item()',
        tests="tests/unit/training/test_images.py::test_what_lies_outside_of_the_disc_does_not_count",
    ),
    Defect(
        name="validated-on-training-patches",
        breaks="Lengths are chosen on patches of the training.",
        file="structviz/training/images.py",
        old='clean = patches(N_VALIDATION, PATCH, generator, part="validation")',
        new="clean = patches(N_VALIDATION, PATCH, generator)",
        tests="tests/unit/training/test_images.py::test_validation_patches_are_those_that_are_kept_back",
    ),
    Defect(
        name="dilated-kernels-for-eighth-turns",
        breaks="Networks for C8 and D8 get dilated kernels, which do not turn.",
        file="structviz/training/images.py",
        old="TURNING if config.group and group(config.group).rotations > 4 else DILATED",
        new="TURNING if config.group and group(config.group).rotations > 8 else DILATED",
        tests="tests/unit/training/test_images.py",
    ),
    Defect(
        name="aim-is-reached-by-the-worst",
        breaks="Designs with a large error are said to have the small one that is aimed at.",
        file="structviz/ui/pages/rotation/designs.py",
        old="if design.worst <= _AIM]",
        new="if design.worst >= _AIM]",
        tests="tests/unit/ui/pages/rotation/test_designs.py",
    ),
    Defect(
        name="aim-has-no-price",
        breaks="What a small error costs in PSNR has the other sign.",
        file="structviz/ui/pages/rotation/designs.py",
        old="lost = today.psnr.minus(finest.psnr)",
        new="lost = finest.psnr.minus(today.psnr)",
        tests="tests/unit/ui/pages/rotation/test_designs.py",
    ),
    Defect(
        name="small-networks-chosen-by-hand",
        breaks="Cards of small networks say that they were chosen by looking at held-out photographs.",
        file="structviz/training/chosen.py",
        old="config.recipe == IMAGES_RECIPE.name and config.n_train == LARGE",
        new="config.recipe == IMAGES_RECIPE.name or config.n_train == LARGE",
        tests="tests/unit/training/test_chosen.py",
    ),
    Defect(
        name="robustness-says-the-clean-class",
        breaks="The class that is said of a noisy photograph is that of the clean one.",
        file="structviz/ui/pages/robustness/record.py",
        old="        class_phrase(int(classes[k])),\n        percent(shares[k].item()),\n        first,",
        new="        class_phrase(int(classes[0])),\n        percent(shares[k].item()),\n        first,",
        tests="tests/unit/ui/pages/robustness/test_sentences.py",
    ),
    Defect(
        name="pair-ratio-halfway",
        breaks="The ratio that is said of a pair is that of its twin.",
        file="structviz/ui/pages/stability/sentences.py",
        old="ratio, twin = (study.ratios.item() for study in studies)",
        new="twin, ratio = (study.ratios.item() for study in studies)",
        tests="tests/unit/ui/pages/stability/test_sentences.py",
    ),
    Defect(
        name="right-points-are-wrong",
        breaks="Points on the wrong side are counted as right.",
        file="structviz/ui/pages/optimal_control/record.py",
        old="right=int(found.right.sum()),",
        new="right=int((found.right == 0).sum()),",
        tests="tests/unit/ui/pages/optimal_control/test_sentences.py",
    ),
)

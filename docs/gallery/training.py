"""Train two arms, and keep the runs.

The pages Train and Runs of the app, in Python. Both networks see the same examples in the same order; one of them is
built to treat a turned image like an upright one.
"""

# %%
# `training.train` trains without a folder. It reports its loss as it goes, and ends with an outcome, the network and
# what was measured on held-out images.

from pathlib import Path

import numpy as np

from structviz import training
from structviz.figures import ARM_COLOURS
from structviz.figures.svg import Panel, line, svg
from structviz.jobs import Store
from structviz.jobs.work import work

configs = [training.TrainConfig(recipe="stripes", arm=arm, steps=60) for arm in ("ordinary", "equivariant")]
results = {config.arm: training.train(config, device="cpu") for config in configs}
for arm, result in results.items():
    print(f"{arm}: {result.sentence} {result.metrics['psnr_turned']:.1f} dB on turned stripes")

curves = [np.array([(one.step, np.log10(one.loss)) for one in result.history]) for result in results.values()]
fitted = Panel(0, 0, 300, 120).fit(*curves, alike=False)
Path("loss_against_steps.svg").write_text(
    svg(*(line(points, ARM_COLOURS[arm]) for arm, points in zip(results, fitted, strict=True)))
)

# %%
# A run in a folder survives its process: settings, state, loss, log, pictures, and in the end weights and card. The app
# lists the same runs.

store = Store()
run = store.create(configs[1], device="cpu")
work(str(run.folder))
print(run.status().sentence)
print(*sorted(path.name for path in run.folder.iterdir()))
net = run.load()  # plain torch, as from the zoo

# %%
# On the CPU a run with the same settings ends with the same weights, bit for bit.

again = results["equivariant"].net.state_dict()
print(all(bool((again[name] == weight).all()) for name, weight in net.state_dict().items()))

"""A classifier that little noise fools, and a turn.

Slide 3 of the lecture: a panda with noise that nobody sees is a gibbon, and a vulture that is turned an orangutan. Here
it is a cat, and a classifier of photographs that others have trained: EfficientNet-lite0, 4.6 million weights.
"""

# %%
# Eight steps along the gradient, each back into the ball ‖δ‖ ≤ 4/255 round the photograph: no colour changes by more
# than four of its 256 levels. The attacked photograph has 8 bits, so that a file of it is still a gibbon. Noise of the
# same size that is random leaves a cat.

from typing import cast

import torch

from structviz import attacks, zoo
from structviz.data import digits, imagenet_classes, photograph
from structviz.nets import LipschitzClassifier
from structviz.studies.robustness import after_changes, attempt, certificate

net, names = zoo.load("robustness/efficientnet-lite0"), imagenet_classes()
cat, gibbon = photograph("chelsea"), torch.tensor([names.index("gibbon")])
attack = attacks.pgd(net, cat, gibbon, eps=4 / 255, steps=8, targeted=True, in_eight_bits=True)
noise = attacks.random_noise(net, cat, gibbon, 4 / 255, torch.Generator().manual_seed(0), targeted=True)
for title, logits in (("the cat", net(cat)), ("attacked", attack.logits), ("with random noise", noise.logits)):
    share, found = logits[0].softmax(0).max(0)
    print(f"{title:18s} {names[found]}, {share:.2f}")
levels = ((255 * attack.x).round() - (255 * cat).round()).abs().max()
print(f"largest change: {levels:g}/255; margin of the gibbon: {attack.history[:, 0].tolist()}")

# %%
# The turn: the worst of twelve angles, and then between it and its neighbours, by halves. The rocket becomes a crane;
# the cup keeps its class at all angles of this grid, which says nothing of those between.

angles = [k * torch.pi / 6 for k in range(12)]
for name in ("coffee", "rocket"):
    photo = photograph(name)
    label = net(photo).argmax(1)
    turn = attacks.worst_rotation(net, photo, label, angles, rounds=3)
    found = names[int(turn.logits.argmax())]
    kept = int((turn.predicted == label).sum())
    print(f"{names[label]} at {kept} of 12 angles; turned by {turn.angle.item() * 180 / torch.pi:.0f}°: {found}")

# %%
# What the attack is worth elsewhere: both photographs are changed in ways of which it knew nothing.

for row in after_changes(net, cat, attack.x):
    print(f"{row.name:18s} {names[row.clean.argmax()]:14s} {names[row.attacked.argmax()]:14s} {row.attacked.max():.2f}")

# %%
# A classifier with a guarantee: L is known, so that no change shorter than margin / (√2 L) can change the class. None
# of 10,000 random changes and ten attacks within that length does.

digit = digits("test")[0][4:5]
guarded = cast(LipschitzClassifier, zoo.load("digits/nonexpansive"))
found = certificate(guarded(digit)[0], guarded.lipschitz_bound)
tried = attempt(guarded, digit, 0.999 * found.radius, torch.Generator().manual_seed(0))
print(f"a {found.label} within {found.radius:.2f}; of {tried.random + tried.climbs:,} attempts {tried.changed} succeed")

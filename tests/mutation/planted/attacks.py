"""Defects of attacks, and of the classifier that they are tried on."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_GRADIENT = "tests/unit/attacks/test_gradient.py"
_ROTATION = "tests/unit/attacks/test_rotation.py"
_WITHOUT = "tests/unit/attacks/test_without_gradients.py"

DEFECTS = (
    Defect(
        name="descent",
        breaks="An attack walks down the loss.",
        file="structviz/attacks/gradient.py",
        old="at = ball.project(at + length * ball.ascent(gradient))",
        new="at = ball.project(at - length * ball.ascent(gradient))",
        tests=_GRADIENT,
    ),
    Defect(
        name="target-left",
        breaks="A targeted attack walks away from its target.",
        file="structviz/attacks/goal.py",
        old="torch.autograd.grad(-ahead if self.targeted else ahead, x)",
        new="torch.autograd.grad(ahead, x)",
        tests=_GRADIENT,
    ),
    Defect(
        name="target-margin",
        breaks="The margin of a targeted attack has the sign of an untargeted one.",
        file="structviz/attacks/goal.py",
        old="    return -ahead if targeted else ahead",
        new="    return ahead",
        tests=_GRADIENT,
    ),
    Defect(
        name="saturated-loss",
        breaks="The gradient is that of the cross-entropy, which rounds to nothing where a network is sure.",
        file="structviz/attacks/goal.py",
        old="            ahead = (others - logits.gather(1, label)[:, 0]).sum()",
        new="            ahead = torch.nn.functional.cross_entropy(logits, self.labels)",
        tests=_GRADIENT,
    ),
    Defect(
        name="no-ball",
        breaks="Steps leave the ball in the largest norm.",
        file="structviz/attacks/ball.py",
        old="            delta = delta.clamp(-self.eps, self.eps)",
        new="            delta = delta.clamp(-2 * self.eps, 2 * self.eps)",
        tests=_GRADIENT,
    ),
    Defect(
        name="no-sphere",
        breaks="Steps leave the Euclidean ball.",
        file="structviz/attacks/ball.py",
        old="            delta = delta * (self.eps / _lengths(delta)).clamp(max=1)",
        new="            delta = delta * (2 * self.eps / _lengths(delta)).clamp(max=1)",
        tests=_GRADIENT,
    ),
    Defect(
        name="no-range",
        breaks="Attacked images leave [0, 1].",
        file="structviz/attacks/ball.py",
        old="        return (self.centre + delta).clamp(0, 1)",
        new="        return self.centre + delta",
        tests=_GRADIENT,
    ),
    Defect(
        name="last-point",
        breaks="The last point is kept instead of the best one.",
        file="structviz/attacks/best.py",
        old="        better = margins > self.margins  # no number is better than a number",
        new="        better = margins == margins",
        tests=_GRADIENT,
    ),
    Defect(
        name="fresh-balls",
        breaks="The attack in a larger ball forgets what the smaller one has found.",
        file="structviz/attacks/gradient.py",
        old="        start = found[-1].x",
        new="        start = x",
        tests=_GRADIENT,
    ),
    Defect(
        name="rounded-later",
        breaks="In 8 bits, the Euclidean norm is that before rounding.",
        file="structviz/attacks/ball.py",
        old="        return self._moved(torch.where(self._fits(whole), whole, (low * delta * _LEVELS).round()))",
        new="        return self._moved(whole)",
        tests="tests/unit/attacks/test_ball.py",
    ),
    Defect(
        name="coarse-turn",
        breaks="The search for the worst angle ends on the grid.",
        file="structviz/attacks/rotation.py",
        old="            tried = (angle + step).clamp(grid.min(), grid.max())",
        new="            tried = angle",
        tests=_ROTATION,
    ),
    Defect(
        name="shift-back",
        breaks="Images are shifted to the other side.",
        file="structviz/attacks/rotation.py",
        old="    corners = (most - shifts).tolist()",
        new="    corners = (most + shifts).tolist()",
        tests=_ROTATION,
    ),
    Defect(
        name="squares-of-any-kind",
        breaks="Squares are kept whether they help or not.",
        file="structviz/attacks/square.py",
        old="        at = torch.where(better[:, None, None, None], tried, at)",
        new="        at = tried",
        tests=_WITHOUT,
    ),
    Defect(
        name="padding-of-torch",
        breaks="What is odd of the zeros round a photograph goes to the left and above.",
        file="structviz/nets/efficientnet.py",
        old="        left, right = total // 2, total - total // 2",
        new="        right, left = total // 2, total - total // 2",
        tests="tests/unit/nets/test_efficientnet.py",
    ),
    Defect(
        name="variance-alone",
        breaks="Batch normalisations are folded in without the number that is added to their variances.",
        file="structviz/training/adoption.py",
        old="        scale = scale / (variance + _EPS).sqrt()",
        new="        scale = scale / variance.sqrt()",
        tests="tests/unit/training/test_adoption.py",
    ),
    Defect(
        name="transfer-sideways",
        breaks="The table of transfers has the success of each attack in its columns.",
        file="structviz/studies/robustness/transfer.py",
        old="            rows.append(torch.stack([(other(found).argmax(1) != labels).float().mean() for other in nets.values()]))",
        new="            rows.append(torch.stack([(net(found).argmax(1) != labels).float().mean() for other in nets.values()]))",
        tests="tests/unit/studies/robustness/test_transfer.py",
    ),
)

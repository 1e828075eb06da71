"""Measure what networks promise by their structure."""

import argparse
import math
from typing import Any

__all__ = ["audit"]


def audit(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Measure each claim of each network; the status is 1 if one does not hold."""
    import torch

    from structviz import checks, zoo
    from structviz.errors import ConfigError

    folder = options.folder or zoo.PRETRAINED
    if bool(options.names) == options.all:
        raise ConfigError("An audit is one of networks that are named, or of all with --all; give one of the two.")
    rows: list[dict[str, Any]] = []
    for name in zoo.names(folder) if options.all else options.names:
        net = zoo.load(name, folder=folder)
        generator = torch.Generator().manual_seed(options.seed)
        found = checks.audit(net.double() if options.double else net, generator, options.samples)
        rows.append({"name": name, "findings": [_plain(finding) for finding in found]})
    broken = any(not finding["holds"] for row in rows for finding in row["findings"])
    return int(broken), {"networks": rows}, "\n".join(map(_text, rows))


def _plain(finding: Any) -> dict[str, Any]:
    claim = finding.claim
    measured = finding.measured if math.isfinite(finding.measured) else None  # JSON has no nan
    return {
        "kind": claim.kind,
        "domain": claim.domain,
        "bound": claim.bound,
        "measured": measured,
        "holds": finding.holds,
    }


def _text(row: dict[str, Any]) -> str:
    lines = [
        f"  {found['kind']} ({found['domain']}): "
        f"{'no number' if found['measured'] is None else format(found['measured'], '.4g')}, "
        f"{'holds' if found['holds'] else 'DOES NOT HOLD'}"
        for found in row["findings"]
    ]
    return "\n".join([row["name"], *(lines or ["  promises nothing"])])

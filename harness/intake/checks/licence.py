"""The licence is one that SPDX knows, or is marked as the team's own."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.checks.declarations import is_placeholder
from harness.intake.dossier import Check, Dossier
from harness.intake.finding import did_you_mean, finding
from harness.types import Finding

CODES = {
    "licence.unknown": "The licence is not an SPDX expression (https://spdx.org/licenses).",
    "licence.spelling": "The licence is known under another spelling.",
    "licence.custom": "A licence outside SPDX (LicenseRef-…): the organisers read its terms before the round.",
}
# suggestions for a slip of the pen; any SPDX expression is accepted
_COMMON = "Apache-2.0 MIT BSD-3-Clause CC-BY-4.0 CC-BY-SA-4.0 CC-BY-NC-4.0 CECILL-2.1 GPL-3.0-only EUPL-1.2".split()


def run(dossier: Dossier) -> Iterator[Finding]:
    """Parse the expression with the library that Python packages use."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    declared, where = dossier.declared("license", str), "manifest.yaml: license"
    if declared is None or is_placeholder(declared):
        return  # `declarations` reports the placeholder
    try:
        canonical = str(canonicalize_license_expression(declared))
    except InvalidLicenseExpression:
        remedy = f"{did_you_mean(declared, _COMMON)}use an identifier of https://spdx.org/licenses, or LicenseRef-NAME"
        yield finding("licence.unknown", where, f"{declared!r} is not an SPDX licence", remedy)
        return
    if canonical != declared:
        yield finding("licence.spelling", where, f"{declared!r} is written otherwise", f"write `license: {canonical}`")
    elif "LicenseRef-" in canonical:
        remedy = "nothing to do: put the licence's text into the checkpoint folder or link it in `training_data`"
        yield finding("licence.custom", where, f"{declared!r} is not an SPDX licence", remedy, "info")


CHECK = Check("licence", CODES, run)

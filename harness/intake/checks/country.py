"""The country that a team declares is one: two letters that ISO 3166-1 assigns, and not only two letters."""

from __future__ import annotations

from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

CODES = {"declaration.country": "The country is not a code of ISO 3166-1."}
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)
_MEANT = {"UK": "GB", "EL": "GR", "EN": "GB"}  # what is written for them


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at a country that has the form of a code; the schema says the rest."""
    code = dossier.declared("country", str)
    if code is None or code in COUNTRIES or len(code) != 2 or not (code.isascii() and code.isupper()):
        return
    hint = f"did you mean {_MEANT[code]}? " if code in _MEANT else ""
    remedy = f"{hint}write two letters of ISO 3166-1 such as FR, or leave `country` out"
    yield finding("declaration.country", "manifest.yaml: country", f"{code} is no country's code", remedy)


CHECK = Check("country", CODES, run)

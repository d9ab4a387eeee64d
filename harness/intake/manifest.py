"""`manifest.yaml` to Submission: read strictly, every violation of the schema its own finding.

The format is `manifest.schema.json` beside this file (the same file is published as `docs/schemas/`).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.canonical import sha256_json
from harness.errors import ManifestError
from harness.intake.finding import did_you_mean, finding
from harness.intake.strict import RefusedError, parse_yaml, read_bounded
from harness.types import CheckpointSource, Finding, Json, Submission

NAME = "manifest.yaml"
SCHEMA = Path(__file__).with_name("manifest.schema.json")
_LIMIT = 64 * 1024
_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
}

_TEAMS_CHOICE = {"engine": ("transformers",), "kind": ("folder", "package", "hub")}  # the rest is the organisers'

CODES = {
    "manifest.missing": "The folder holds no readable manifest.yaml.",
    "manifest.not-a-file": "manifest.yaml is a link, a device or a pipe; it must be an ordinary file.",
    "manifest.too-large": "manifest.yaml is larger than 64 kB.",
    "manifest.too-deep": "manifest.yaml is nested deeper than ten levels.",
    "manifest.syntax": "manifest.yaml is not valid UTF-8 YAML, or holds more than one document.",
    "manifest.alias": "manifest.yaml uses YAML anchors or aliases, which can grow without bound.",
    "manifest.tag": "manifest.yaml uses YAML tags such as !!python; plain values only.",
    "manifest.duplicate-key": "A key occurs twice, and readers disagree on which one counts.",
    "schema.unknown-key": "A key that the manifest format does not have.",
    "schema.missing-key": "A key that the manifest format requires.",
    "schema.type": "A value of the wrong type (a text where a number must be, and so on).",
    "schema.value": "A value outside what the format allows (choice, pattern, length or range).",
}


def read_manifest(path: Path) -> Submission:
    """The submission a manifest declares.

    Args:
        path: `manifest.yaml`, or the folder that holds it.

    Raises:
        ManifestError: it cannot be read or breaks the schema; the message lists every violation.
    """
    raw, findings = inspect_manifest(path)
    if raw is None or findings:
        listing = "; ".join(f"{f.where}: {f.what}" for f in findings)
        raise ManifestError(
            f"the manifest is not valid: {listing}",
            where=str(path),
            remedy="`defi submission check` shows each problem with its remedy",
        )
    return to_submission(raw)


def inspect_manifest(path: Path) -> tuple[dict[str, Json] | None, list[Finding]]:
    """The manifest's raw content (None if unreadable) and every violation of the format, never an exception."""
    file = manifest_file(path)
    try:
        raw = parse_yaml(read_bounded(file, _LIMIT))
    except RefusedError as error:
        return None, [_unreadable(error.code, error.what)]
    except OSError as error:
        code = "not-a-file" if file.is_symlink() else "missing"
        return None, [_unreadable(code, f"cannot be read: {error.strerror}")]
    if not isinstance(raw, dict):
        return None, [_unreadable("syntax", "does not hold keys with values")]
    return raw, schema_findings(raw)


def manifest_file(path: Path) -> Path:
    """The manifest at `path`, itself a manifest or the folder of one."""
    return path / NAME if path.is_dir() else path


def to_submission(raw: dict[str, Json]) -> Submission:
    """Turn raw content that keeps the schema into a Submission; its digest covers every key."""
    return Submission(
        team=raw["team"],
        entry=raw["entry"],
        title=raw["title"],
        engine=raw["engine"],
        checkpoint=to_source(raw["checkpoint"]),
        files=dict(raw["files"]),
        dtype=raw["dtype"],
        prompting=raw["prompting"],
        license=raw["license"],
        languages=tuple(raw["languages"]),
        training_data=raw["training_data"].strip(),
        contact=raw["contact"],
        baseline=raw.get("baseline", False),
        parameters=raw["parameters"],
        context_length=raw["context_length"],
        digest=sha256_json(raw),
        country=raw.get("country", ""),
        weights=raw.get("weights", ""),
    )


def to_source(raw: dict[str, Json]) -> CheckpointSource:
    """Turn a valid `checkpoint` section into its type."""
    return CheckpointSource(
        kind=raw["kind"],
        path=raw.get("path", ""),
        package=raw.get("package", ""),
        repository=raw.get("repository", ""),
        revision=raw.get("version") or raw.get("revision") or "",
    )


# --- the schema's errors as findings -------------------------------------------------------------------------------


def schema_findings(raw: dict[str, Json]) -> list[Finding]:
    """One finding for every violation, in the order of the manifest's keys."""
    errors = sorted(_validator().iter_errors(raw), key=lambda error: [str(part) for part in error.absolute_path])
    mistyped = [error.absolute_path for error in errors if error.validator == "type"]  # its value is no second problem
    told = [error for error in errors if error.validator == "type" or error.absolute_path not in mistyped]
    return [found for error in told for found in _explain(error)]


@functools.cache
def _validator() -> Any:
    """JSON Schema calls 1.0 an integer; the manifest does not, as what reads it asks for an int."""
    import jsonschema

    plain = jsonschema.Draft202012Validator
    whole = plain.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    strict = jsonschema.validators.extend(plain, type_checker=whole)  # type: ignore[no-untyped-call]
    return strict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _explain(error: Any) -> Iterator[Finding]:
    where = f"{NAME}: {'.'.join(str(part) for part in error.absolute_path) or '(top level)'}"
    if error.validator == "additionalProperties":
        valid = list(error.schema.get("properties", {}))
        for key in sorted(error.instance.keys() - set(valid)):
            remedy = f"{did_you_mean(key, valid)}valid keys here: {', '.join(valid)}"
            yield finding("schema.unknown-key", where, f"unknown key {key!r}", remedy)
    elif error.validator == "required":
        key = error.message.split("'")[1]  # jsonschema reports each missing key on its own
        described = error.schema.get("properties", {}).get(key, {}).get("description", "see docs/submissions.md")
        yield finding("schema.missing-key", where, f"the key {key!r} is missing", f"add `{key}:` - {described}")
    elif error.validator == "type":
        wanted = _TYPES.get(error.validator_value, error.validator_value)
        hint = ", in quotes" if error.validator_value == "string" else ""
        described = f"; it is {error.schema['description']}" if "description" in error.schema else ""
        what = f"{error.instance!r} is not {wanted}"
        yield finding("schema.type", where, what, f"write {wanted}{hint}{described}")
    else:
        yield finding("schema.value", where, _value_words(error), _value_remedy(error))


def _value_words(error: Any) -> str:
    words = {"minItems": "the list is empty", "uniqueItems": "a value occurs twice", "maxProperties": "too many files"}
    return words.get(error.validator, f"{error.instance!r} is not allowed here")


def _value_remedy(error: Any) -> str:
    described = error.schema.get("description") or _described_at(error)
    if error.validator == "enum":
        valid = [str(choice) for choice in _TEAMS_CHOICE.get(error.absolute_path[-1], error.validator_value)]
        return f"{did_you_mean(str(error.instance), valid)}valid: {', '.join(valid)}"
    if "SHA-256" in described and re.fullmatch("[0-9a-fA-F]{64}", error.instance):
        return f'write it in lowercase: "{error.instance.lower()}"'
    return f"give {described}" if described else "see docs/submissions.md"


def _described_at(error: Any) -> str:
    """The description of the property at fault, when the violated rule sits behind a reference."""
    node = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for part in error.absolute_path:
        node = node.get("properties", {}).get(part, {})
    return str(node.get("description", ""))


def _unreadable(code: str, what: str) -> Finding:
    remedy = "write plain YAML as in submissions/template/manifest.yaml, at most 64 kB"
    return finding(f"manifest.{code}", NAME, what, remedy)

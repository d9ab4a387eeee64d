"""The rules of the intake, one a file. A new rule is a new module and one line in `CHECKS`."""

from __future__ import annotations

from harness.intake.checks import (
    architecture,
    chat_template,
    context_length,
    declarations,
    dtypes,
    file_bytes,
    file_types,
    files,
    hashes,
    identity,
    json_files,
    kernels,
    licence,
    memory,
    names,
    parameters,
    paths,
    remote_code,
    safetensors_headers,
    shard_index,
    tokenizer,
    weights,
)
from harness.intake.dossier import Check

CHECKS: tuple[Check, ...] = (  # in the order their findings are shown: manifest, folder, weights, configuration
    identity.CHECK,
    names.CHECK,
    licence.CHECK,
    declarations.CHECK,
    paths.CHECK,
    files.CHECK,
    hashes.CHECK,
    file_types.CHECK,
    file_bytes.CHECK,
    safetensors_headers.CHECK,
    shard_index.CHECK,
    parameters.CHECK,
    dtypes.CHECK,
    weights.CHECK,
    json_files.CHECK,
    remote_code.CHECK,
    kernels.CHECK,
    architecture.CHECK,
    context_length.CHECK,
    memory.CHECK,
    tokenizer.CHECK,
    chat_template.CHECK,
)

"""The log of a round: it only grows, and nothing in it can be changed unseen."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.attest import log as log_module
from harness.attest import merkle
from harness.attest.errors import AttestationError
from harness.attest.files import canonical, parse_canonical
from harness.attest.keys import SigningKey
from harness.attest.log import append, head, read_log, torn_bytes
from harness.attest.log_head import append_signed, proof_of_consistency, proof_of_inclusion, read_head, sign_head
from harness.types import Json


@pytest.fixture
def key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Five lines of a round."""
    path = tmp_path / "tiny" / "log.jsonl"
    append(path, "round.opened", {"round": "tiny"})
    for n in range(4):
        append(path, "run.state", {"submission": f"team/{n}", "state": "scored", "note": "é\ud800"})
    return path


def test_each_line_follows_from_the_one_before(log: Path) -> None:
    """Indices count, hashes chain from zeros, and each hash is that of the line without it."""
    lines = [json.loads(line) for line in log.read_bytes().splitlines()]
    previous = "0" * 64
    for n, line in enumerate(lines):
        own = line.pop("hash")
        assert line["index"] == n
        assert line["previous"] == previous
        spelled = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(spelled.encode("utf-8", "backslashreplace")).hexdigest()
        assert own == previous
        assert line["time"].endswith("+00:00")
    assert len(lines) == len(read_log(log)) == 5


def test_the_head_is_the_tree_over_the_lines(log: Path) -> None:
    """A leaf is a line's bytes without its end: anybody can compute the head from the file."""
    lines = log.read_bytes().splitlines()
    assert head(read_log(log)) == {"size": 5, "root": merkle.root([merkle.leaf_hash(line) for line in lines]).hex()}
    assert head(()) == {"size": 0, "root": hashlib.sha256(b"").hexdigest()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_flipped_bit_breaks_the_chain(log: Path, place: int, bit: int) -> None:
    """Whatever bit of the log is flipped: a line is named, or the log is torn at its very end."""
    whole = log.read_bytes()
    data = bytearray(whole)
    data[place % len(data)] ^= 1 << bit
    log.write_bytes(bytes(data))
    if torn_bytes(log):  # the flipped bit was the last line's end
        assert len(read_log(log)) == 4
    else:
        with pytest.raises(AttestationError, match=r"log\.jsonl, line \d"):
            read_log(log)
    log.write_bytes(whole)


@pytest.mark.parametrize("change", ["drop first", "drop middle", "swap", "twice", "blank"])
def test_lines_left_out_moved_or_repeated_are_named(log: Path, change: str) -> None:
    """Sound lines in another order are no log."""
    lines = log.read_bytes().splitlines(keepends=True)
    others = {
        "drop first": lines[1:],
        "drop middle": lines[:2] + lines[3:],
        "swap": [lines[1], lines[0], *lines[2:]],
        "twice": [*lines, lines[-1]],
        "blank": [*lines[:2], b"\n", *lines[2:]],
    }
    log.write_bytes(b"".join(others[change]))
    with pytest.raises(AttestationError):
        read_log(log)


def test_what_was_read_is_not_parsed_again(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seal reads a log of tens of thousands of lines several times: only the lines that were added are read anew."""
    before = read_log(log)
    parsed: list[str] = []

    def parse(data: bytes, where: str) -> Json:
        parsed.append(where)
        return parse_canonical(data, where)

    append(log, "round.closed", {})
    monkeypatch.setattr(log_module, "parse_canonical", parse)
    entries = read_log(log)
    assert (entries[:5], parsed) == (before, ["log.jsonl, line 6"])
    other = log.with_name("other.jsonl")
    append(other, "round.opened", {})
    assert len(read_log(other)) == 1
    parsed.clear()
    assert read_log(log) == entries
    assert len(parsed) == 6


def test_what_was_read_is_not_believed_for_ever(log: Path) -> None:
    """A line that is changed or cut off after it was read is found, though the file's length and time stay the same."""
    whole, stamp, entries = log.read_bytes(), log.stat(), read_log(log)
    log.write_bytes(whole.replace(b"team/1", b"team/7"))
    os.utime(log, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with pytest.raises(AttestationError, match="line 3"):
        read_log(log)
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    assert read_log(log) == entries[:3]
    log.write_bytes(b"")
    assert read_log(log) == ()
    log.write_bytes(whole)
    assert read_log(log) == entries


@given(
    st.dictionaries(
        st.sampled_from(["hash", "x", ',"hash":"', "previous"]),
        st.recursive(
            st.text(st.characters(codec=None), max_size=8), lambda inner: st.dictionaries(st.just("hash"), inner)
        ),
    )
)
def test_whatever_the_facts_are_a_line_is_read(tmp_path_factory: pytest.TempPathFactory, facts: Json) -> None:
    """Facts that look like the end of a line, or have keys of their own called hash, change nothing."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    append(path, "case.opened", facts)
    append(path, "case.closed", {})
    first = read_log(path)[0]
    assert dict(first.facts) == facts
    body = {name: getattr(first, name) for name in ("index", "time", "event", "facts", "previous")}
    assert first.hash == hashlib.sha256(canonical(body)).hexdigest()
    assert first.leaf == merkle.leaf_hash(canonical({**body, "hash": first.hash}))


def test_a_torn_last_line_is_passed_over_and_cut_off(log: Path) -> None:
    """A writer that was killed leaves half a line: it counts for nothing, and the next line goes in its place."""
    whole = log.read_bytes()
    log.write_bytes(whole[:-30])
    assert len(read_log(log)) == 4
    assert torn_bytes(log) > 0
    append(log, "run.state", {"submission": "team/9", "state": "failed"})
    assert [entry.index for entry in read_log(log)] == [0, 1, 2, 3, 4]
    assert torn_bytes(log) == 0


def test_nothing_is_added_to_a_damaged_end(log: Path) -> None:
    """A last line that is not what its hash says stops the next one."""
    log.write_bytes(log.read_bytes().replace(b"team/3", b"team/4"))
    with pytest.raises(AttestationError, match="not what its hash says"):
        append(log, "round.closed", {})


def _write(path: Path, worker: int) -> None:
    for n in range(10):
        append(path, "run.state", {"submission": f"{worker}/{n}"})


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    """Lines of four processes at once: all there, none torn, one chain."""
    path = tmp_path / "log.jsonl"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_write, args=(path, n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    entries = read_log(path)
    assert len(entries) == 40
    assert {entry.facts["submission"] for entry in entries} == {f"{w}/{n}" for w in range(4) for n in range(10)}


@pytest.mark.parametrize(
    "facts",
    [
        {"secret": "x"},
        {"seed": "x"},
        {"round": {"Seed": 1}},
        {"list": [{"deep": {"api_token": "x"}}]},
        {"target": 1},
        {"round_secret": "x"},
        {"salt": "x"},
        {"private": "x"},
    ],
)
def test_what_is_not_public_is_refused(tmp_path: Path, facts: dict[str, object]) -> None:
    """A key that by its name holds a secret, at any depth, writes nothing and is named without its value."""
    path = tmp_path / "log.jsonl"
    with pytest.raises(AttestationError, match="a log is public"):
        append(path, "round.opened", facts)
    assert not path.exists()


def test_what_only_stands_for_a_secret_is_let_in(tmp_path: Path) -> None:
    """Hashes of seeds, commitments and counts of tokens are public."""
    append(tmp_path / "log.jsonl", "round.opened", {"seed_sha256": "a", "commitment": "b", "tokens": 3})
    assert read_log(tmp_path / "log.jsonl")[0].facts == {"seed_sha256": "a", "commitment": "b", "tokens": 3}


def test_facts_are_bounded_and_json(tmp_path: Path) -> None:
    """A line is at most 256 kB; a file belongs elsewhere, with its hash here. NaN is no JSON."""
    path = tmp_path / "log.jsonl"
    with pytest.raises(AttestationError, match="bytes long"):
        append(path, "run.state", {"reason": "x" * 300_000})
    with pytest.raises(AttestationError, match="not JSON"):
        append(path, "run.state", {"value": float("nan")})
    with pytest.raises(AttestationError, match="no name of an event"):
        append(path, "Something Happened", {})
    append(path, "run.state", {"reason": "x" * 250_000})
    append(path, "run.state", {"reason": "y" * 250_000})
    append(path, "run.state", {})
    assert len(read_log(path)) == 3


def test_a_signed_head_is_of_its_round_and_log(log: Path, key: SigningKey) -> None:
    """The head names the round, the number of lines and the root, and the key's owner signed it."""
    value = sign_head(log, key)
    assert value == {"schema": "grand-defi/log-head/1", "round": "tiny", **head(read_log(log))}
    envelope, found = read_head(log.with_name("log-head.json"))
    assert found == value
    assert envelope.signed_by(key.public)


def test_no_head_is_signed_over_another_past(log: Path, key: SigningKey) -> None:
    """Once signed, a beginning stays: a log that was rewritten or shortened gets no new head."""
    sign_head(log, key)
    append(log, "round.closed", {})
    assert sign_head(log, key)["size"] == 6
    whole = log.read_bytes()
    log.write_bytes(b"".join(whole.splitlines(keepends=True)[:5]))
    with pytest.raises(AttestationError, match="first 6 entries were signed"):
        sign_head(log, key)
    log.unlink()
    for n in range(6):
        append(log, "run.state", {"n": n})
    with pytest.raises(AttestationError, match="first 6 entries were signed"):
        sign_head(log, key)


def test_proofs_need_no_log(log: Path) -> None:
    """What a team is given of its line, and what shows that today's log continues yesterday's, can be checked alone."""
    earlier = head(read_log(log))
    append(log, "round.closed", {})
    proof = proof_of_inclusion(log, 2)
    path = [bytes.fromhex(step) for step in proof["path"]]
    leaf = merkle.leaf_hash(log.read_bytes().splitlines()[2])
    assert merkle.included(leaf, 2, proof["size"], path, bytes.fromhex(proof["root"]))
    later = proof_of_consistency(log, 5)
    assert later["earlier"] == earlier
    roots = bytes.fromhex(later["earlier"]["root"]), bytes.fromhex(later["later"]["root"])
    assert merkle.consistent(5, roots[0], 6, roots[1], [bytes.fromhex(step) for step in later["path"]])


@pytest.mark.parametrize("line", [b"[]", b"{}", b'{"a": 1}', b"x", b"[" * 50_000])
def test_a_line_that_is_no_entry_is_named(log: Path, line: bytes) -> None:
    """Anything may stand in a file; what is no entry is refused with its line."""
    with log.open("ab") as stream:
        stream.write(line + b"\n")
    with pytest.raises(AttestationError, match="line 6"):
        read_log(log)


def test_canonical_bytes_keep_what_a_model_may_say() -> None:
    """A lone surrogate is written as its JSON escape and read back."""
    assert json.loads(canonical({"a": "\ud800é"})) == {"a": "\ud800é"}


def test_a_line_that_decides_is_signed_at_once(log: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key the head covers the new line; without one, or under somebody else's head, the line is added alone."""
    monkeypatch.delenv("DEFI_KEY", raising=False)
    append_signed(log, "round.closed", {})
    assert not log.with_name("log-head.json").exists()
    append_signed(log, "result.voided", {"submission": "a/b"}, key)
    assert read_head(log.with_name("log-head.json"))[1]["size"] == 7
    stranger = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
    append_signed(log, "case.opened", {"submission": "a/b"}, stranger)
    envelope, value = read_head(log.with_name("log-head.json"))
    assert (value["size"], envelope.signed_by(key.public), len(read_log(log))) == (7, True, 8)


def test_a_key_that_cannot_be_used_is_told_before_a_line_is_added(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half done: no line that its writer believed to be signed."""
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "nothing.key"))
    with pytest.raises(AttestationError):
        append_signed(log, "result.voided", {})
    assert len(read_log(log)) == 5

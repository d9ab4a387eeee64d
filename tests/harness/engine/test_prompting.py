"""Requests to token ids: special tokens, borders, lengths, ends."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from harness.engine.prompting import Prompt, Prompter, context_length, end_tokens, read_config
from harness.errors import CheckpointError, ContextOverflowError, EngineError
from harness.prompt import PromptStyle, prompt_sha256
from harness.types import Completion, Message, Request, Sampling

PLAIN = PromptStyle("plain")
BOS, EOS = 256, 257


@pytest.fixture
def folder(tiny: ModuleType, tmp_path: Path) -> Path:
    """A tiny byte-level checkpoint whose tokenizer begins with BOS."""
    return tiny.tiny_checkpoint(tmp_path, "grouped")


def ask(text: str, *options: str, budget: int = 4) -> Request:
    return Request("i", "en", (Message("user", text),), Sampling(budget, ("END",)), options)


def test_a_request_becomes_tokens(folder: Path) -> None:
    """Prompt and options are the tokens of the running text, with one BOS in front."""
    prompt = Prompter(folder, PLAIN).prepare(ask("hi", "ab", "c"))
    assert isinstance(prompt, Prompt)
    assert prompt.ids == [BOS, *Prompter(folder, PromptStyle("verbatim"))._encode(prompt.text)[1:]]
    assert [len(option) for option in prompt.options] == [3, 2]  # a space before each


def test_two_bos_are_refused(folder: Path) -> None:
    """A template that writes BOS gets no second from the tokenizer; one that writes two is an error (PITFALLS: BOS)."""
    template = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"
    once, twice = (PromptStyle("chat", text, bos="<bos>") for text in (template, "{{ bos_token }}" + template))
    good = Prompter(folder, once).prepare(ask("hi"))
    assert isinstance(good, Prompt)
    assert good.ids[:2].count(BOS) == 1
    bad = Prompter(folder, twice).prepare(ask("hi"))
    assert isinstance(bad, Completion)
    assert bad.finish == "broken"
    assert "two BOS" in bad.error


def _replacing(folder: Path, pattern: str, content: str) -> Path:
    """Give the checkpoint's tokenizer a normaliser that rewrites prompts."""
    path = folder / "tokenizer.json"
    normaliser = {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}
    made = json.loads(path.read_text()) | {"normalizer": normaliser, "post_processor": None}
    made["added_tokens"] = [token | {"normalized": True} for token in made["added_tokens"]]
    path.write_text(json.dumps(made))
    return folder


@pytest.mark.parametrize(("pattern", "content"), [
    (r"[\s\S]*zebra[\s\S]*", ""),  # empties the prompt
    (r"^[\s\S]*zebra", "<bos><bos>zebra"),  # begins it twice
    ("(z+e?)+bra[xyz]|(a+)+z", "z"),  # runs away
])  # fmt: skip
def test_a_tokenizer_cannot_choose_which_items_count(folder: Path, pattern: str, content: str) -> None:
    """What a submission's own tokenizer cannot do is its own fault, and is worth zero: never unscored."""
    prompter = Prompter(_replacing(folder, pattern, content), PLAIN)
    easy, hard = prompter.prepare(ask("easy")), prompter.prepare(ask("a zebra " + "a" * 40))
    assert isinstance(easy, Prompt)
    assert isinstance(hard, Completion)
    assert hard.finish == "broken"
    assert hard.error


def test_a_border_that_a_token_crosses_is_the_tokenizers_fault(folder: Path) -> None:
    """An option that no split can score earns nothing, and is not unscored."""
    prompter = Prompter(folder, PLAIN)
    prompter.tokenizer = lambda text, **_: {"input_ids": [1, 2, 9] if text.endswith("x") else [1, 2, 3]}
    prompter.tokenizer.__dict__["bos_token_id"] = None
    done = prompter.prepare(ask("hi", "x"))
    assert isinstance(done, Completion)
    assert (done.finish, "crosses the border" in done.error) == ("broken", True)


@pytest.mark.parametrize("failure", [ValueError("of the library"), MemoryError(), OSError("no space")])
def test_a_machine_out_of_memory_is_nobodys_fault(folder: Path, failure: Exception) -> None:
    """A library's errors are about the submission's file; the machine's are raised, to be tried again."""
    prompter = Prompter(folder, PLAIN)

    def fail(*_: object, **__: object) -> None:
        raise failure

    prompter.tokenizer = fail
    if isinstance(failure, ValueError):
        done = prompter.prepare(ask("hi"))
        assert isinstance(done, Completion)
        assert done.finish == "broken"
    else:
        with pytest.raises(type(failure)):
            prompter.prepare(ask("hi"))


@pytest.mark.parametrize(("question", "options"), [("half \ud800", ()), ("whole", ("half \ud800",))])
def test_a_question_that_is_no_text_is_our_fault(folder: Path, question: str, options: tuple[str, ...]) -> None:
    """Half of a character pair in a message or an option is an error of the item, unscored."""
    done = Prompter(folder, PLAIN).prepare(ask(question, *options))
    assert isinstance(done, Completion)
    assert (done.finish, "half of a pair" in done.error) == ("error", True)


def test_a_prompt_is_never_cut(folder: Path) -> None:
    """Prompt and budget must fit the declared context: otherwise it ends beyond, with its prompt's hash."""
    text = PLAIN.render(ask("hi").messages, "en")
    length = len(text.encode()) + 1
    assert isinstance(Prompter(folder, PLAIN, length + 4).prepare(ask("hi")), Prompt)
    done = Prompter(folder, PLAIN, length + 3).prepare(ask("hi"))
    assert isinstance(done, Completion)
    assert (done.finish, done.prompt_sha256) == ("beyond", prompt_sha256(text))
    assert str(length + 3) in done.error
    with pytest.raises(ContextOverflowError):
        Prompter(folder, PLAIN, length + 1).continuation(text, Prompter(folder, PLAIN).tokens(text, 0), "abcd")


def test_a_token_across_the_border_fails_loudly(folder: Path) -> None:
    """Where a merge crosses prompt and option the split would score another text (PITFALLS: token boundary)."""
    prompter = Prompter(folder, PLAIN)
    prompter.tokenizer = lambda text, **_: {"input_ids": [1, 2, 9] if text.endswith("x") else [1, 2, 3]}
    with pytest.raises(EngineError, match="crosses the border"):
        prompter.continuation("p", [1, 2, 3], "x")


def test_a_text_ends_before_its_first_stop(folder: Path) -> None:
    """The end token is no text, and of several stop strings the earliest in the text counts."""
    prompter = Prompter(folder, PLAIN)
    tokens = prompter._encode("one END two STOP")[1:]
    request = ask("hi")
    prompt = prompter.prepare(request)
    assert isinstance(prompt, Prompt)
    assert prompter.stops(request) == ("END", "\nQuestion:")
    assert prompter.text([*tokens, EOS], prompt) == "one "
    assert prompter.spelled([*tokens, EOS]) == "one END two STOP"
    thoughts = prompter._encode("<think>END</think>one END")[1:]
    assert prompter.text(thoughts, prompt) == "<think>END</think>one "


def test_every_declared_end_is_an_end(folder: Path) -> None:
    """Ends come from the generation settings, the configuration and the tokenizer, as numbers or lists."""
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [7, 8]}))
    assert end_tokens(folder, 9) == {7, 8, EOS, 9}
    (folder / "generation_config.json").unlink()
    assert end_tokens(folder, None) == {EOS}


def test_the_shorter_length_holds(folder: Path) -> None:
    """The declared length and the configuration's bound both hold; a text model inside another is looked into."""
    assert context_length(read_config(folder), 0) == 512
    assert context_length(read_config(folder), 100) == 100
    assert context_length({}, 0) > 10**6
    inner = {"architectures": ["X"], "text_config": {"max_position_embeddings": 64}}
    (folder / "config.json").write_text(json.dumps(inner))
    assert context_length(read_config(folder), 0) == 64


def test_an_unreadable_checkpoint_is_the_checkpoints_fault(tmp_path: Path) -> None:
    """No configuration and no tokenizer are CheckpointErrors."""
    with pytest.raises(CheckpointError):
        Prompter(tmp_path, PLAIN)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read_config(tmp_path)

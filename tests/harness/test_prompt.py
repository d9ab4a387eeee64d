"""Messages become one exact text: the same every day, through any well-formed template, never outside the sandbox."""

import pytest

from harness.errors import PromptError
from harness.prompt import PromptStyle, prompt_sha256
from harness.types import Message

MESSAGES = (
    Message("system", "Answer with a number."),
    Message("user", "1 + 1?"),
    Message("assistant", "2"),
    Message("user", "2 + 2?"),
)

CHATML = """\
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
GEMMA = """\
{{ bos_token }}
{%- if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for message in messages %}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}
    {%- set role = 'model' if message.role == 'assistant' else message.role %}
    {{- '<start_of_turn>' + role + '\\n' + message.content | trim + '<end_of_turn>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}
"""


def chat(template: str, **options: str) -> PromptStyle:
    """A chat style around a template."""
    return PromptStyle("chat", template, **options)


# --- plain -----------------------------------------------------------------------------------------------------------


def test_plain_english() -> None:
    """A base model reads instruction, blocks of question and answer, and an open answer."""
    assert PromptStyle("plain").render(MESSAGES, "en") == (
        "Answer with a number.\n\nQuestion: 1 + 1?\nAnswer: 2\n\nQuestion: 2 + 2?\nAnswer:"
    )


def test_plain_french() -> None:
    """French labels carry a space before the colon."""
    assert PromptStyle("plain").render(MESSAGES, "fr") == (
        "Answer with a number.\n\nQuestion : 1 + 1?\nRéponse : 2\n\nQuestion : 2 + 2?\nRéponse :"
    )


def test_plain_text_is_pinned() -> None:
    """The prompt's hash is part of a plan (prompt variants flip rankings: a golden hash)."""
    assert prompt_sha256(PromptStyle("plain").render(MESSAGES, "en")) == (
        "c544d19f5db2654b7e4bcb86793ada8e7e06bdef803a17c93bd0f44d50099d30"
    )


def test_stops_match_the_labels() -> None:
    """A base model is cut where it begins a next question, in its own language; a chat model is not."""
    style = PromptStyle("plain")
    for language in ("fr", "en"):
        (stop,) = style.stops(language)
        assert stop in style.render(MESSAGES, language)
    assert style.stops("en") != style.stops("fr")
    assert chat(CHATML).stops("en") == ()


def test_delimiter_by_kind() -> None:
    """A plain prompt needs a space before an option; a template brings its separator (lm-evaluation-harness #2346)."""
    assert not PromptStyle("plain").render(MESSAGES, "en").endswith(" ")
    assert PromptStyle("plain").delimiter == " "
    assert chat(CHATML).delimiter == ""


def test_special_tokens_come_once() -> None:
    """The tokenizer adds its special tokens to plain text only: a template wrote them (#3333)."""
    assert PromptStyle("plain").adds_special_tokens
    assert not chat(CHATML).adds_special_tokens


# --- chat ------------------------------------------------------------------------------------------------------------


def test_chatml() -> None:
    """Every turn is wrapped, and the assistant's is left open."""
    assert chat(CHATML).render(MESSAGES, "en") == (
        "<|im_start|>system\nAnswer with a number.<|im_end|>\n"
        "<|im_start|>user\n1 + 1?<|im_end|>\n"
        "<|im_start|>assistant\n2<|im_end|>\n"
        "<|im_start|>user\n2 + 2?<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_refused_system_role_is_folded() -> None:
    """Where a template knows no system role, the first question carries the instruction, and nothing is lost."""
    assert chat(GEMMA, bos="<bos>").render(MESSAGES, "en") == (
        "<bos><start_of_turn>user\nAnswer with a number.\n\n1 + 1?<end_of_turn>\n"
        "<start_of_turn>model\n2<end_of_turn>\n"
        "<start_of_turn>user\n2 + 2?<end_of_turn>\n"
        "<start_of_turn>model\n"
    )


def test_date_is_frozen() -> None:
    """A template that asks for today's date gets the round's (lm-evaluation-harness #1841, sglang #3296)."""
    template = "{{ strftime_now('%d %b %Y') }}|{{ messages[0].content }}"
    assert chat(template, date="2026-03-09").render(MESSAGES[:1], "en") == "09 Mar 2026|Answer with a number."
    assert chat(template, date="2027-01-31").render(MESSAGES[:1], "en").startswith("31 Jan 2027|")


def test_tools_are_none() -> None:
    """A template that asks whether tools or documents are none is told so, as by transformers."""
    template = "{% if tools is not none or documents is not none %}TOOLS{% endif %}{{ messages[0].content }}"
    assert chat(template).render(MESSAGES[:1], "en") == "Answer with a number."


def test_generation_marks_leave_no_trace() -> None:
    """Templates marked up for training (`{% generation %}`) render as if unmarked."""
    template = "{% for m in messages %}{% generation %}[{{ m.content }}]{% endgeneration %}{% endfor %}"
    assert chat(template).render(MESSAGES[2:], "en") == "[2][2 + 2?]"


def test_tojson_keeps_characters() -> None:
    """`tojson` neither escapes accents nor HTML, and takes the options of transformers."""
    template = "{{ {'b': 'é<', 'a': 1} | tojson(sort_keys=True, separators=(',', ':')) }}{{ [1] | tojson(indent=1) }}"
    every = "{% for m in messages %}{{ m.content }}{% endfor %}"
    said = "".join(m.content for m in MESSAGES)
    assert chat(template + every).render(MESSAGES, "en") == '{"a":1,"b":"é<"}[\n 1\n]' + said


def test_same_text_as_transformers() -> None:
    """Both templates give what transformers gives, character for character."""
    render = pytest.importorskip("transformers.utils.chat_template_utils").render_jinja_template
    turns = [{"role": m.role, "content": m.content} for m in MESSAGES]
    for template, given, ours in ((CHATML, turns, MESSAGES), (GEMMA, turns[1:], MESSAGES[1:])):
        theirs, _ = render([given], chat_template=template, add_generation_prompt=True, bos_token="<bos>", eos_token="")
        assert chat(template, bos="<bos>").render(ours, "en") == theirs[0]


# --- refusals --------------------------------------------------------------------------------------------------------


def test_refusal_says_why() -> None:
    """A template that raises on any form is a PromptError with its own words and a remedy."""
    with pytest.raises(PromptError, match="TemplateError: never") as caught:
        chat("{{ raise_exception('never') }}").render(MESSAGES, "en")
    assert "prompting: plain" in caught.value.remedy


def test_refusal_without_system_is_not_folded() -> None:
    """With no system message there is nothing to fold: the refusal stands."""
    with pytest.raises(PromptError, match="Roles must alternate"):
        chat(GEMMA).render(MESSAGES[2:], "en")


def test_syntax_error_names_the_line() -> None:
    """A template that does not parse is a PromptError at its line."""
    with pytest.raises(PromptError, match="does not parse") as caught:
        chat("{{ bos_token }}\n{% if %}").render(MESSAGES, "en")
    assert caught.value.where == "line 2"


@pytest.mark.parametrize("source", ["{% unknown %}", "{{ 1 | nothing }}", "{{ " + "(" * 5000, "{% generation %}"])
def test_broken_templates(source: str) -> None:
    """Unknown tags and filters, unclosed blocks and bottomless nesting are refused, not crashed upon."""
    with pytest.raises(PromptError, match="does not parse"):
        chat(source).render(MESSAGES, "en")


@pytest.mark.parametrize(
    "escape",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.__class__.__base__ }}",
        "{{ strftime_now.__self__.year }}",
        "{{ raise_exception.__globals__['os'].system('id') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ dict.__base__.__subclasses__() }}",
        "{{ ('%s' | attr('format')).__globals__.os }}",
        "{{ messages.append(1) }}",
        "{{ range(100000000) | list }}",
    ],
)
def test_sandbox_holds(escape: str) -> None:
    """A template cannot reach Python's internals, change what it is given, or fill the memory."""
    with pytest.raises(PromptError, match=r"SecurityError|UndefinedError|OverflowError"):
        chat(escape).render(MESSAGES, "en")


def test_digest_covers_every_field() -> None:
    """Whatever can change a prompt changes the style's digest."""
    base = PromptStyle("chat", CHATML, "<s>", "</s>", "2026-01-01")
    others = [
        PromptStyle("plain", CHATML, "<s>", "</s>", "2026-01-01"),
        PromptStyle("chat", GEMMA, "<s>", "</s>", "2026-01-01"),
        PromptStyle("chat", CHATML, "", "</s>", "2026-01-01"),
        PromptStyle("chat", CHATML, "<s>", "", "2026-01-01"),
        PromptStyle("chat", CHATML, "<s>", "</s>", "2026-01-02"),
    ]
    assert len({style.digest for style in [base, *others]}) == 6


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}{{ m.content }}{% endfor %}The answer is {{ messages[-1].content | length }}.",
        "{% for m in messages %}{{ m.content }}{% if '2' in m.content %} Answer: 4{% endif %}{% endfor %}",
    ],
)
def test_a_template_cannot_look_at_what_it_wraps(template: str) -> None:
    """What a template writes is the same for every question of the same roles (PLATFORM: a channel for cheating)."""
    harder = [*MESSAGES[:-1], Message("user", "A question about 2 much longer things?")]
    frame, other = chat(template).render(MESSAGES, "en"), chat(template).render(harder, "en")
    assert frame.replace(MESSAGES[-1].content, harder[-1].content) == other


@pytest.mark.parametrize(
    "template",
    [
        "{{ messages[-1].content }}",
        "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}",
        "{% for m in messages | reverse %}{{ m.content }}{% endfor %}",
        "{% for m in messages %}{{ m.content | lower }}{% endfor %}",
    ],
)
def test_a_template_that_drops_repeats_reorders_or_changes_is_refused(template: str) -> None:
    """Every message stands once, as it is and in order."""
    with pytest.raises(PromptError, match="once, as it is and in order"):
        chat(template).render(MESSAGES, "en")


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3,
        "{{ 'a' * 3000000000 }}",
    ],
)
def test_a_template_without_end_or_bound_is_stopped(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that hangs or swallows memory is that template's refusal, in bounded time (PLATFORM: hangs)."""
    monkeypatch.setattr("harness.frame._SECONDS", 1)
    with pytest.raises(PromptError):
        chat(template).render(MESSAGES, "en")


@pytest.mark.parametrize("style", [PromptStyle("plain"), PromptStyle("chat", "{{ messages[0].content }}!")])
def test_a_verbatim_message_is_the_prompt(style: PromptStyle) -> None:
    """A prompt written elsewhere has no label, template, delimiter or stop put to it, in whatever style."""
    messages = (Message("verbatim", "Q: 1+1\nA:"),)
    own = style.of(messages)
    assert style.render(messages, "en") == "Q: 1+1\nA:"
    assert (own.delimiter, own.stops("en"), own.adds_special_tokens) == ("", (), True)
    assert style.of((Message("user", "x"),)) is style

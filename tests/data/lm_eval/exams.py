"""How the EXAMS task files read a row."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def question(row: Row) -> str:
    """The question, before a model's answer in French."""
    return f"Question : {row['question']['stem'].strip()}\nRéponse :"


def options(row: Row) -> list[str]:
    """The texts of the options."""
    return [choice["text"].strip() for choice in row["question"]["choices"]]


def place(row: Row) -> int:
    """The right option's place."""
    return [choice["label"] for choice in row["question"]["choices"]].index(row["answerKey"])

"""Errors of the jobs.

ConsultError
├── InputError
│   ├── UnknownId          a program, scheme, policy or report kind that is not in the knowledge base
└── MissingError
    └── ModelError         the configured model could not be used (assistant/llm.py has its kinds)
"""

import difflib
from collections.abc import Iterable

from knowledge.errors import InputError


class UnknownId(InputError):
    """Something was asked for by an id that the knowledge base does not hold."""

    def __init__(self, what: str, wanted: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(wanted, names, n=1)
        remedy = f"是否要找 {near[0]}？" if near else ""
        super().__init__(
            what,
            f"没有收录 {wanted!r}",
            f"{remedy}可用：{'、'.join(names[:12])}{'…' if len(names) > 12 else ''}",
        )

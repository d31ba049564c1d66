"""A refusal: what one may not do, why, and what to try."""

from __future__ import annotations

import datetime
from typing import Any

from innodex.documents import Text, has, say


class Refused(Exception):
    """The action was refused; nothing was changed. `kind` names the sentence, `values` fill it.

    The words stand under `portal.refused.KIND` or, for what one app alone refuses, `APP.refused.KIND`.
    """

    def __init__(self, kind: str, **values: Any) -> None:
        self.kind = kind
        self.values = values
        self.app = ""
        super().__init__(kind)

    def text(self, lang: str) -> str:
        """What happened and what to do, in the reader's language."""
        values = {name: _shown(value, lang) for name, value in self.values.items()}
        # Every app uses the files and the handover of rounds, whose refusals are worded there.
        keys = [f"{app}.refused.{self.kind}" for app in (self.app, "rounds") if app]
        known = next((key for key in keys if has(key)), f"portal.refused.{self.kind}")
        return say(lang, known, **values)


def _shown(value: Any, lang: str) -> Any:
    """Moments, days and names as people read them."""
    from innodex.portal.people import wording

    if isinstance(value, tuple):
        return ", ".join(str(_shown(one, lang)) for one in value)
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, datetime.datetime):
        return wording.moment(value, lang)
    return wording.day(value, lang) if isinstance(value, datetime.date) else value


class Repeated(Exception):
    """The same request came twice (a double click); the first has been carried out."""

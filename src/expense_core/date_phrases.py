"""What people put around a weekday or a date, language by language: "last friday", "am Freitag", "vendredi dernier".

CLDR has the names and dateparser has "3 days ago", but neither has these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """How people speak of days; all of it in small letters."""

    on: frozenset[str]
    """What a date may begin with, and can do without: "on", "am", "le"."""
    before: dict[str, str]
    """Words before a weekday, and which one each says: "last", "this" or "next"."""
    behind: dict[str, str]
    """Words behind a weekday: "vendredi dernier"."""
    weekdays: dict[str, int]
    """Names and forms of names that CLDR has not; Monday is 0."""
    near: dict[str, int]
    """How far from today the days are that have a name of their own."""

    def __or__(self, other: Phrases) -> Phrases:
        """Those of both."""
        return Phrases(
            self.on | other.on,
            self.before | other.before,
            self.behind | other.behind,
            self.weekdays | other.weekdays,
            self.near | other.near,
        )


def of(language: str) -> Phrases:
    """The phrases of a language as far as they are known, and those of English."""
    return _ENGLISH | _OF[language] if language in _OF else _ENGLISH


def _phrases(
    *,
    on: str = "",
    last: str,
    this: str,
    next: str,  # noqa: A002 - beside `last` and `this`
    either_side: bool = False,
    weekdays: Mapping[str, int] | None = None,
    near: Mapping[str, int] | None = None,
) -> Phrases:
    """A row of the table: words with commas between them; those of `last` and `next` may stand on either side."""
    said = {"last": last, "this": this, "next": next}
    before = {word: which for which, words in said.items() for word in words.split(", ")}
    behind = {word: which for word, which in before.items() if either_side and which != "this"}
    return Phrases(frozenset(on.split(", ")) - {""}, before, behind, dict(weekdays or {}), dict(near or {}))


def _with_endings(*names: str) -> dict[str, int]:
    """A Scandinavian weekday with its article and in the genitive: "förra fredagen", "i fredags"."""
    return {name + ending: day for day, name in enumerate(names) for ending in ("en", "s")}


_ENGLISH = _phrases(
    on="on",
    last="last, past",
    this="this",
    next="next",
    weekdays={
        "mon": 0,
        "tue": 1,
        "tues": 1,
        "wed": 2,
        "thu": 3,
        "thur": 3,
        "thurs": 3,
        "fri": 4,
        "sat": 5,
        "sun": 6,
    },
    near={"today": 0, "yesterday": -1, "tomorrow": 1, "day before yesterday": -2, "the day before yesterday": -2},
)
_DANISH_OR_NORWEGIAN = _with_endings("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")

_OF = {
    "cs": _phrases(
        on="v, ve",
        last="minulý, minulou, minulé",
        this="tento, tuto, toto",
        next="příští",
        weekdays={"středu": 2, "sobotu": 5, "neděli": 6},
    ),
    "da": _phrases(
        on="på, den",
        last="sidste, forrige, i",
        this="denne",
        next="næste",
        weekdays=_DANISH_OR_NORWEGIAN,
        near={"i forgårs": -2},
    ),
    "de": _phrases(
        on="am, vom",
        last="letzten, letzter, vorigen, voriger, vergangenen, vergangener",
        this="diesen, dieser",
        next="nächsten, nächster, kommenden, kommender",
        weekdays={"sonnabend": 5},
    ),
    "es": _phrases(
        on="el",
        last="pasado, último",
        this="este",
        next="próximo, que viene",
        either_side=True,
        near={"antes de ayer": -2, "antier": -2},
    ),
    "fi": _phrases(last="viime", this="tänä", next="ensi", weekdays={"sunnuntaina": 6}),
    "fr": _phrases(on="le", last="dernier, passé", this="ce", next="prochain", either_side=True),
    "it": _phrases(
        on="il, lo, la",
        last="scorso, scorsa, passato, passata",
        this="questo, questa",
        next="prossimo, prossima",
        either_side=True,
        near={"l'altro ieri": -2, "l'altroieri": -2, "altroieri": -2},
    ),
    "nb": _phrases(
        on="på, den",
        last="forrige, sist, siste, i",
        this="denne",
        next="neste",
        weekdays=_DANISH_OR_NORWEGIAN,
        near={"i forgårs": -2},
    ),
    "nl": _phrases(on="op", last="afgelopen, vorige, laatste", this="deze", next="volgende, komende, aanstaande"),
    "pl": _phrases(
        on="w, we",
        last="zeszły, zeszłą, ostatni, ostatnią, miniony, minioną",
        this="ten, tę",
        next="przyszły, przyszłą, następny, następną",
        weekdays={"środę": 2, "sobotę": 5, "niedzielę": 6},
        near={"przedwczoraj": -2},
    ),
    "pt": _phrases(
        on="na, no, em",
        last="passada, passado, última, último",
        this="esta, este",
        next="próxima, próximo, que vem",
        either_side=True,
        weekdays={"segunda": 0, "terça": 1, "quarta": 2, "quinta": 3, "sexta": 4},
        near={"antes de ontem": -2},
    ),
    "ru": _phrases(
        on="в, во",
        last="прошлый, прошлую, прошлое",
        this="этот, эту, это",
        next="следующий, следующую, следующее",
        weekdays={"среду": 2, "пятницу": 4, "субботу": 5},
    ),
    "sv": _phrases(
        on="på, den",
        last="förra, senaste, i",
        this="denna",
        next="nästa",
        weekdays=_with_endings("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
        near={"i förrgår": -2},
    ),
    "tr": _phrases(last="geçen", this="bu", next="gelecek, önümüzdeki"),
}
"""By language; of one that is missing here, the names and the relative dates are read all the same."""

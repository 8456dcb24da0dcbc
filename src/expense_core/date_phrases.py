"""What people put around a weekday, a month or a date, language by language: "last friday", "vendredi dernier".

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
    """Words before a weekday or a month, and which one each says: "last", "this" or "next"."""
    behind: dict[str, str]
    """Words behind one: "vendredi dernier", "le mois dernier"."""
    weekdays: dict[str, int]
    """Names and forms of names that CLDR has not; Monday is 0."""
    near: dict[str, int]
    """How far from today the days are that have a name of their own."""
    spans: dict[str, str]
    """What a "week", a "month", a "quarter" and a "year" are called."""
    articles: frozenset[str]
    """What may stand before those, with the space between them."""

    def __or__(self, other: Phrases) -> Phrases:
        """Those of both."""
        return Phrases(
            self.on | other.on,
            self.before | other.before,
            self.behind | other.behind,
            self.weekdays | other.weekdays,
            self.near | other.near,
            self.spans | other.spans,
            self.articles | other.articles,
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
    spans: str = "",
    articles: str = "",
) -> Phrases:
    """A row of the table: words with commas between them; those of `last` and `next` may stand on either side.

    Arguments:
        spans: what a week is called, a month, a quarter and a year, with semicolons between them.
    """
    said = {"last": last, "this": this, "next": next}
    before = {word: which for which, words in said.items() for word in words.split(", ")}
    behind = {word: which for word, which in before.items() if either_side and which != "this"}
    return Phrases(
        frozenset(on.split(", ")) - {""},
        before,
        behind,
        dict(weekdays or {}),
        dict(near or {}),
        {word: span for span, words in zip(_SPANS, spans.split("; "), strict=False) for word in words.split(", ")},
        frozenset(word if word.endswith("'") else f"{word} " for word in articles.split(", ")) - {" "},
    )


_SPANS = ("week", "month", "quarter", "year")


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
    spans="week; month; quarter; year",
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
        this="denne, dette",
        next="næste",
        spans="uge; måned; kvartal; år",
        weekdays=_DANISH_OR_NORWEGIAN,
        near={"i forgårs": -2},
    ),
    "de": _phrases(
        on="am, vom",
        last="letzten, letzter, letzte, letztes, vorigen, voriger, vorige, voriges, "
        "vergangenen, vergangener, vergangene, vergangenes",
        this="diesen, dieser, diese, dieses",
        next="nächsten, nächster, nächste, nächstes, kommenden, kommender, kommende, kommendes",
        spans="woche; monat; quartal; jahr",
        weekdays={"sonnabend": 5},
    ),
    "es": _phrases(
        on="el",
        last="pasado, pasada, último, última",
        this="este, esta",
        next="próximo, próxima, que viene",
        either_side=True,
        spans="semana; mes; trimestre; año",
        articles="el, la",
        near={"antes de ayer": -2, "antier": -2},
    ),
    "fi": _phrases(last="viime", this="tänä", next="ensi", weekdays={"sunnuntaina": 6}),
    "fr": _phrases(
        on="le",
        last="dernier, dernière, passé, passée",
        this="ce, cette",
        next="prochain, prochaine",
        either_side=True,
        spans="semaine; mois; trimestre; année, an",
        articles="le, la, l'",
    ),
    "it": _phrases(
        on="il, lo, la",
        last="scorso, scorsa, passato, passata",
        this="questo, questa",
        next="prossimo, prossima",
        either_side=True,
        spans="settimana; mese; trimestre; anno",
        articles="il, lo, la, l'",
        near={"l'altro ieri": -2, "l'altroieri": -2, "altroieri": -2},
    ),
    "nb": _phrases(
        on="på, den",
        last="forrige, sist, siste, i",
        this="denne, dette",
        next="neste",
        spans="uke, uken; måned, måneden; kvartal, kvartalet; år, året",
        weekdays=_DANISH_OR_NORWEGIAN,
        near={"i forgårs": -2},
    ),
    "nl": _phrases(
        on="op",
        last="afgelopen, vorige, vorig, laatste",
        this="deze, dit",
        next="volgende, volgend, komende, komend, aanstaande",
        spans="week; maand; kwartaal; jaar",
    ),
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
        spans="semana; mês; trimestre; ano",
        articles="o, a",
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
        this="denna, detta, den här, det här",
        next="nästa",
        spans="vecka, veckan; månad, månaden; kvartal, kvartalet; år, året",
        weekdays=_with_endings("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
        near={"i förrgår": -2},
    ),
    "tr": _phrases(last="geçen", this="bu", next="gelecek, önümüzdeki"),
}
"""By language; of one that is missing here, the names and the relative dates are read all the same."""

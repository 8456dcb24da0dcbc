"""Whatever a bank's habits are, its statement is read exactly, or a question is asked; never is it read wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from expense_core import statements
from expense_core.errors import StatementAmbiguous
from expense_core.statements import DateOrder, ReadingOptions, Role

CENT = Decimal("0.01")
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Language:
    """What a bank calls its columns, and the words for money out and in."""

    date: str
    text: str
    amount: str
    debit: str
    credit: str
    balance: str
    currency: str
    sign: str
    out_word: str
    in_word: str


LANGUAGES = [
    Language("Date", "Description", "Amount", "Debit", "Credit", "Balance", "Currency", "Type", "Debit", "Credit"),
    Language("Posting date", "Details", "Value", "Paid out", "Paid in", "Balance", "CCY", "D/C", "D", "C"),
    Language("Buchungstag", "Verwendungszweck", "Betrag", "Soll", "Haben", "Saldo", "Währung", "Soll/Haben", "S", "H"),
    Language(
        "Buchungsdatum", "Text", "Umsatz", "Belastung", "Gutschrift", "Kontostand", "Whg", "Art", "Ausgang", "Eingang"
    ),
    Language("Date opération", "Libellé", "Montant", "Débit", "Crédit", "Solde", "Devise", "Sens", "Débit", "Crédit"),
    Language("Fecha", "Concepto", "Importe", "Cargo", "Abono", "Saldo", "Divisa", "Tipo", "Cargo", "Abono"),
    Language(
        "Data contabile", "Descrizione", "Importo", "Uscite", "Entrate", "Saldo", "Divisa", "Segno", "Dare", "Avere"
    ),
    Language("Data mov.", "Descrição", "Montante", "Débito", "Crédito", "Saldo", "Moeda", "Tipo", "Débito", "Crédito"),
    Language("Datum", "Omschrijving", "Bedrag", "Af", "Bij", "Saldo", "Munt", "Af Bij", "Af", "Bij"),
    Language("Bokföringsdag", "Text", "Belopp", "Uttag", "Insättning", "Saldo", "Valuta", "Typ", "Uttag", "Insättning"),
    Language("Dato", "Beskrivelse", "Beløp", "Ut", "Inn", "Saldo", "Valuta", "Type", "Ut", "Inn"),
    Language("Kirjauspäivä", "Viesti", "Määrä", "Otto", "Pano", "Saldo", "Valuutta", "Laji", "Otto", "Pano"),
    Language(
        "Data operacji", "Opis", "Kwota", "Obciążenia", "Uznania", "Saldo", "Waluta", "Typ", "Obciążenie", "Uznanie"
    ),
    Language("Datum", "Popis", "Částka", "Výdaj", "Příjem", "Zůstatek", "Měna", "Směr", "Odchozí", "Příchozí"),
    Language(
        "Könyvelés dátuma", "Közlemény", "Összeg", "Terhelés", "Jóváírás", "Egyenleg", "Devizanem", "Típus", "T", "J"
    ),
    Language("Tarih", "Açıklama", "Tutar", "Borç", "Alacak", "Bakiye", "Para birimi", "Tür", "Borç", "Alacak"),  # noqa: RUF001 - Turkish
    Language("Data tranzacției", "Descriere", "Suma", "Debit", "Credit", "Sold", "Valuta", "Tip", "Debit", "Credit"),
    Language("Datum knjiženja", "Opis", "Iznos", "Isplata", "Uplata", "Stanje", "Valuta", "Vrsta", "Debit", "Kredit"),
    Language("Datum", "Opis", "Znesek", "Breme", "Dobro", "Stanje", "Valuta", "Tip", "Debit", "Kredit"),
    Language("Dátum", "Popis", "Suma", "Debet", "Kredit", "Zostatok", "Mena", "Typ", "Výdaj", "Príjem"),
    Language("Kuupäev", "Selgitus", "Summa", "Deebet", "Kreedit", "Saldo", "Valuuta", "Tüüp", "D", "C"),
    Language("Data", "Paskirtis", "Suma", "Debetas", "Kreditas", "Likutis", "Valiuta", "Tipas", "D", "K"),
    Language("Datums", "Detaļas", "Summa", "Debets", "Kredīts", "Atlikums", "Valūta", "Tips", "D", "K"),
    Language("Dagsetning", "Skýring", "Upphæð", "Út", "Inn", "Staða", "Mynt", "Tegund", "Út", "Inn"),
    Language(
        "Ημερομηνία", "Περιγραφή", "Ποσό", "Χρέωση", "Πίστωση", "Υπόλοιπο", "Νόμισμα", "Τύπος", "Χρέωση", "Πίστωση"
    ),
    Language("Дата", "Описание", "Сумма", "Расход", "Приход", "Остаток", "Валюта", "Тип", "Расход", "Приход"),
    Language("日付", "摘要", "金額", "出金", "入金", "残高", "通貨", "入出金", "出金", "入金"),
    Language("交易日期", "摘要", "金额", "支出", "收入", "余额", "币种", "收支", "支出", "收入"),
    Language("거래일자", "적요", "거래금액", "출금", "입금", "잔액", "통화", "거래구분", "출금", "입금"),
]
LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859-15", "shift_jis", "gb18030", "euc-kr"]
"""Encodings from before Unicode; a person says which one it is."""

DATES = {  # by how they are written: the strftime format, and the order where it is not plain
    "%Y-%m-%d": None,
    "%Y/%m/%d": None,
    "%Y%m%d": None,
    "%Y-%m-%dT10:11:12Z": None,
    "%Y.%m.%d": None,
    "%d %b %Y": None,
    "%d-%b-%Y": None,
    "%d %B %Y": None,
    "%b %d, %Y": None,
    "%d.%m.%Y": DateOrder.DMY,
    "%d.%m.%y": DateOrder.DMY,
    "%d. %m. %Y": DateOrder.DMY,
    "%d/%m/%Y": DateOrder.DMY,
    "%d-%m-%Y": DateOrder.DMY,
    "%d-%m-%y": DateOrder.DMY,
    "%d/%m/%Y 09:15": DateOrder.DMY,
    "%m/%d/%Y": DateOrder.MDY,
    "%m/%d/%y": DateOrder.MDY,
}
EXTRAS = [
    ("IBAN", "DE89370400440532013000"),
    ("Account number", "12345678"),
    ("Original Amount", "99.95"),
    ("Exchange Rate", "1.2345"),
    ("Mandatsreferenz", "M-0815"),
    ("Card Last Four Digits", "1234"),
    ("Attachment", ""),
]
OF_ACCOUNTS = {"IBAN", "Mandatsreferenz"}
"""Of those, the ones that no card's statement has."""
MOST_COLUMNS = 10
NUMBERS = [(".", ","), (".", ""), (".", "'"), (",", "."), (",", ""), (",", " "), (",", "\u00a0")]


@dataclass(frozen=True)
class Style:
    """How one bank writes its statements."""

    language: Language
    delimiter: str
    encoding: str
    newline: str
    quoting: int
    date_format: str
    decimal_mark: str
    thousands: str
    bare_integers: bool
    signs: str
    currency: str
    has_balance: bool
    trailing_delimiter: bool
    has_header: bool
    extras: Sequence[tuple[str, str]]
    """Columns that are beside the point, each with what is in it."""
    order: Sequence[int]
    """Where the columns stand."""
    preamble: Sequence[str]
    footer: Sequence[str]
    final_newline: bool


@dataclass(frozen=True)
class Row:
    """What one row says."""

    booked_on: date
    amount: Decimal
    text: str


@st.composite
def styles(draw: st.DrawFn) -> Style:
    """A way to write statements that some bank could have chosen."""
    language = draw(st.sampled_from(LANGUAGES))
    date_format = draw(st.sampled_from(list(DATES)))
    mark, thousands = draw(
        st.sampled_from([number for number in NUMBERS if number[0] == "." or "%m/%d" not in date_format])
    )
    has_header = draw(st.sampled_from([True, True, False]))
    signs = draw(
        st.sampled_from(
            ["minus", "trailing", "brackets", "plus", "apart", "apart with signs", "word", "letters", "owed"]
        )
    )
    extras = draw(st.lists(st.sampled_from(EXTRAS), max_size=3, unique=True))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", *_legacy(language, thousands)]))
    return Style(
        language=language,
        delimiter=draw(st.sampled_from(",;\t|")),
        encoding=encoding,
        newline=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        date_format=date_format,
        decimal_mark=mark,
        thousands=thousands,
        bare_integers=draw(st.booleans()),
        signs=signs,
        currency=draw(
            st.sampled_from(["nowhere", "column", "header", "cells"] if has_header else ["nowhere", "cells"])
        ),
        has_balance=draw(st.booleans()),
        trailing_delimiter=draw(st.booleans()),
        has_header=has_header,
        extras=[extra for extra in extras if signs != "owed" or extra[0] not in OF_ACCOUNTS],
        order=draw(st.permutations(range(MOST_COLUMNS))),
        preamble=draw(
            st.sampled_from(
                [(), ("Account statement", ""), ("Kontonummer:;12345", "Inhaber;X", ""), ('"Report, all"',)]
            )
        ),
        footer=draw(st.sampled_from([(), ("",), ("Total",), ("", "Printed for you")])),
        final_newline=draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Some rows, oldest or newest first, as banks list them."""
    days = sorted(draw(st.lists(st.dates(date(1990, 1, 1), date(2060, 12, 31)), min_size=1, max_size=12)))
    if draw(st.booleans()):
        days.reverse()
    return [Row(day, draw(_amounts), f"Shop {draw(_texts)}") for day in days]


_texts = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\",;\t|\n'"), max_size=20
)
_amounts = (st.integers(-9_999_999, -1) | st.integers(1, 9_999_999)).map(lambda cents: cents * CENT)


def write(style: Style, rows: Sequence[Row]) -> bytes:
    """The statement."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=style.delimiter, quoting=style.quoting, lineterminator=style.newline)
    end = [""] if style.trailing_delimiter else []
    if style.has_header:
        writer.writerow(_header(style) + end)
    for row, balance in zip(rows, _balances(rows, -1 if style.signs == "owed" else 1), strict=True):
        writer.writerow(_cells(style, row, balance) + end)
    lines = [line + style.newline for line in style.preamble]
    footer = [line + style.newline for line in style.footer]
    text = "".join([*lines, table.getvalue(), *footer])
    return (text if style.final_newline else text.removesuffix(style.newline)).encode(style.encoding)


def answer(question: StatementAmbiguous, known: ReadingOptions, style: Style, rows: Sequence[Row]) -> ReadingOptions:
    """The options with the true answer to a question."""
    match question.option:
        case "date_order":
            return replace(known, date_order=DATES[style.date_format])
        case "decimal_mark":
            return replace(known, decimal_mark=style.decimal_mark)
        case "outgoing":
            return replace(known, outgoing=[style.language.out_word])
        case "invert":
            is_word_alone = style.signs == "word" and rows[0].amount < 0  # which no other word tells anything of
            return replace(known, invert=style.signs == "owed" or is_word_alone)
        case "columns":
            return replace(known, columns=_columns(style))
        case _:
            raise question


def _columns(style: Style) -> dict[Role, list[str | int]]:
    """Where the columns are that matter, by number."""
    names = _header(style)
    words = style.language
    apart = {Role.DEBIT: words.debit, Role.CREDIT: words.credit}
    money = apart if style.signs.startswith("apart") else {Role.AMOUNT: words.amount}
    sign = {Role.SIGN: words.sign} if style.signs == "word" else {}
    roles = {Role.DATE: words.date, Role.DESCRIPTION: words.text, **money, **sign}
    return {
        role: [next(i for i, name in enumerate(names, 1) if name.startswith(start))] for role, start in roles.items()
    }


def _header(style: Style) -> list[str]:
    words = style.language
    money = [words.debit, words.credit] if style.signs.startswith("apart") else [words.amount]
    if style.currency == "header":
        money = [f"{name} (EUR)" for name in money]
    names = [
        words.date,
        words.text,
        *money,
        *([words.sign] if style.signs == "word" else []),
        *([words.currency] if style.currency == "column" else []),
        *([words.balance] if style.has_balance else []),
        *(name for name, _ in style.extras),
    ]
    return _ordered(style, names)


def _cells(style: Style, row: Row, balance: Decimal) -> list[str]:
    words = style.language
    size = _number(style, abs(row.amount))
    out = row.amount < 0
    written = {
        "minus": [f"-{size}" if out else size],
        "trailing": [f"{size}-" if out else size],
        "brackets": [f"({size})" if out else size],
        "plus": [f"-{size}" if out else f"+{size}"],
        "apart": [size, ""] if out else ["", size],
        "apart with signs": [f"-{size}", ""] if out else ["", size],
        "word": [size],
        "letters": [f"{size} {'DR' if out else 'CR'}"],
        "owed": [size if out else f"-{size}"],
    }[style.signs]
    if style.currency == "cells":
        written = [f"{cell} EUR" if cell else "" for cell in written]
    cells = [
        row.booked_on.strftime(style.date_format),
        row.text,
        *written,
        *([words.out_word if out else words.in_word] if style.signs == "word" else []),
        *(["EUR"] if style.currency == "column" else []),
        *([("-" if balance < 0 else "") + _number(style, abs(balance))] if style.has_balance else []),
        *(cell for _, cell in style.extras),
    ]
    return _ordered(style, cells)


def _ordered(style: Style, cells: Sequence[str]) -> list[str]:
    return [cells[place] for place in style.order if place < len(cells)]


def _number(style: Style, size: Decimal) -> str:
    bare = style.bare_integers and size == size.to_integral_value()
    text = f"{size:,.0f}" if bare else f"{size:,.2f}"
    return text.replace(",", "T").replace(".", style.decimal_mark).replace("T", style.thousands)


def _balances(rows: Sequence[Row], way: int) -> list[Decimal]:
    """What the account held after each row, or what was owed on it (-1), the oldest one at whichever end."""
    newest_first = rows[0].booked_on > rows[-1].booked_on
    totals = list(accumulate(way * row.amount for row in (reversed(rows) if newest_first else rows)))
    return totals[::-1] if newest_first else totals


def _legacy(language: Language, thousands: str) -> list[str]:
    """The encodings from before Unicode that have all letters of a language, and the mark between thousands."""
    written = "".join([*vars(language).values(), thousands])
    return [encoding for encoding in LEGACY if _without_others(written, encoding) == written]


def _without_others(text: str, encoding: str) -> str:
    """The letters of a text that an encoding has."""
    return text.encode(encoding, errors="ignore").decode(encoding)


@settings(max_examples=120)
@given(style=styles(), rows=tables())
def test_a_generated_statement_is_read_exactly_or_asked_about(
    style: Style, rows: Sequence[Row], tmp_path_factory
) -> None:
    """Every row comes back: its day, its signed amount to the cent, its text; questions are answered truthfully."""
    rows = [replace(row, text=_without_others(row.text, style.encoding)) for row in rows]
    if style.signs == "owed":  # a card: most of what is on it was spent
        rows = [
            replace(row, amount=abs(row.amount) if number % 4 == 3 else -abs(row.amount))
            for number, row in enumerate(rows)
        ]
    file: Path = tmp_path_factory.mktemp("statement") / "statement.csv"
    file.write_bytes(write(style, rows))
    options = ReadingOptions(encoding=style.encoding if style.encoding in LEGACY else None)
    if not style.has_header:
        told = {Role.DEBIT, Role.CREDIT, Role.SIGN, Role.DESCRIPTION}
        options = replace(options, columns={role: column for role, column in _columns(style).items() if role in told})

    layout = None
    for _ in range(MOST_QUESTIONS):
        try:
            layout = statements.recognise(file, options)
            break
        except StatementAmbiguous as question:
            event(f"asked for {question.option}")
            options = answer(question, options, style, rows)
    assert layout is not None, "the questions never end"
    found = list(statements.rows(file, layout))

    expected = [(row.booked_on, row.amount, " ".join(row.text.split())) for row in rows]
    assert [(row.booked_on, row.amount, row.description) for row in found] == expected
    assert {row.currency for row in found} == {None if style.currency == "nowhere" else "EUR"}

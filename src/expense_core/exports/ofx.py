"""Open Financial Exchange 1.02 (financialdataexchange.org, "OFX Banking Specification"): a statement for each currency.

An expense's id is the transaction's, so that a program knows one that it has already. A name has 32 characters at most
and a memo 255, in which the whole description stands before the notes where the name has not all of it. Of the
versions, 1.02 is the one that most programs read, in UTF-8 too; every element is closed as the later ones have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expense_core.exports.by_currency import Share, Shares
from expense_core.exports.lines import Line
from expense_core.exports.qif import negated

_HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:UTF-8
CHARSET:NONE
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE
"""
_LONGEST_NAME = 32
_LONGEST_MEMO = 255
_OK = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
_WRITTEN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\ufffe": "\ufffd", "\uffff": "\ufffd"})
"""What XML has in the place of a character, as far as it can write it at all."""
_NEVER = "1970-01-01"
"""When the server of an empty file has answered."""


def written(pages: Iterable[list[Line]]) -> Iterator[str]:
    """The file, in pieces; money that was spent is negative."""
    with Shares(pages, _transaction) as shares:
        yield from shares.gather()
        statements = shares.in_order()
        last = max((one.last for one in statements), default=_NEVER)
        yield (
            f"{_HEADER}\n<OFX>\n<SIGNONMSGSRSV1><SONRS>{_OK}<DTSERVER>{_moment(last)}</DTSERVER><LANGUAGE>ENG</LANGUAGE>"
            "</SONRS></SIGNONMSGSRSV1>\n"
        )
        if statements:
            yield "<BANKMSGSRSV1>\n"
            for number, share in enumerate(statements, 1):
                yield from _statement(share, number)
            yield "</BANKMSGSRSV1>\n"
        yield "</OFX>\n"


def _statement(share: Share, number: int) -> Iterator[str]:
    account = f"<BANKID>EXPENSE</BANKID><ACCTID>{share.currency}</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE>"
    balance = negated(f"{share.total:f}") if share.total else "0"
    yield (
        f"<STMTTRNRS><TRNUID>{number}</TRNUID>{_OK}<STMTRS><CURDEF>{share.currency}</CURDEF>\n"
        f"<BANKACCTFROM>{account}</BANKACCTFROM>\n"
        f"<BANKTRANLIST><DTSTART>{_moment(share.first)}</DTSTART><DTEND>{_moment(share.last)}</DTEND>\n"
    )
    yield from share.pieces()
    yield (
        f"</BANKTRANLIST>\n<LEDGERBAL><BALAMT>{balance}</BALAMT><DTASOF>{_moment(share.last)}</DTASOF></LEDGERBAL>\n"
        "</STMTRS></STMTTRNRS>\n"
    )


def _transaction(line: Line) -> str:
    number, day, amount, _, description, _, notes = line
    kind = "CREDIT" if amount[0] == "-" else "DEBIT"
    name = description[:_LONGEST_NAME].rstrip()
    memo = " ".join([*([] if name == description else [description]), *notes.split()])[:_LONGEST_MEMO].rstrip()
    return (
        f"<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{_moment(day)}</DTPOSTED><TRNAMT>{negated(amount)}</TRNAMT>"
        f"<FITID>{number}</FITID>{_element('NAME', name)}{_element('MEMO', memo)}</STMTTRN>\n"
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{text.translate(_WRITTEN)}</{name}>" if text else ""


def _moment(day: str) -> str:
    """Noon in Greenwich, which is that day in nearly every time zone."""
    return f"{day.replace('-', '')}120000"

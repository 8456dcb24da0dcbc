"""Retries that do nothing twice: a request under a key of its client's is carried out once and answered alike after.

The answer is kept in the transaction that does the work, so that either both are there or neither is.
"""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import and_, delete, func, insert, select, update
from sqlmodel import Session

from expense_core.database import connection_of, now
from expense_core.errors import AnswerErased, IdempotencyKeyReused, InvalidText, RequestRunning
from expense_core.ledgers import Access
from expense_core.tables import IdempotencyKey
from expense_core.tables.columns import table_of

KEYS = table_of(IdempotencyKey)

KEPT = timedelta(hours=24)
"""How long an answer is given again; it is deleted when `clear` comes by."""

KEY = r"[\x21-\x7e]{1,255}"
"""What a key may be: a header can hold it."""


def answered(session: Session, access: Access, key: str, fingerprint: bytes) -> bytes | None:
    """The answer that was given under a key; None where there is none yet, and the caller is now the one to give it.

    On SQLite, where there is one writer at a time, an equal request waits for the first and then finds its answer.

    Arguments:
        fingerprint: a hash of all that makes the request what it is.

    Raises:
        InvalidText: the key is not one that a header could hold.
        IdempotencyKeyReused: the key belongs to another request.
        RequestRunning: a request under this key is being carried out just now.
        AnswerErased: a request under this key was carried out, and what it told has been purged since.
    """
    if not re.fullmatch(KEY, key):
        raise InvalidText("an Idempotency-Key is 1 to 255 letters, digits and signs of ASCII, without blanks")
    if connection_of(session).dialect.name == "postgresql":
        name = f"{access.ledger_id} {access.user_id} {key}".encode()
        number = int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
        if not session.scalar(select(func.pg_try_advisory_xact_lock(number))):
            raise RequestRunning("a request with this Idempotency-Key is being carried out; ask again in a second")
    mine = and_(KEYS.c.ledger_id == access.ledger_id, KEYS.c.user_id == access.user_id, KEYS.c.key == key)
    found = session.execute(select(KEYS.c.fingerprint, KEYS.c.answer, KEYS.c.created_at).where(mine)).first()
    if found is None:
        return None
    if found.created_at <= now(session) - KEPT:
        session.execute(delete(KEYS).where(mine))
        return None
    if found.fingerprint != fingerprint:
        raise IdempotencyKeyReused("this Idempotency-Key was used for another request; make a new one for each request")
    if not found.answer:
        raise AnswerErased("this was done before, but its answer was erased with what was purged; see what is there")
    return bytes(found.answer)


def keep(session: Session, access: Access, key: str, fingerprint: bytes, answer: bytes) -> None:
    """Keep an answer under a key, for as long as `KEPT`."""
    values = {
        "ledger_id": access.ledger_id,
        "user_id": access.user_id,
        "key": key,
        "fingerprint": fingerprint,
        "answer": answer,
        "created_at": now(session),
    }
    session.execute(insert(KEYS).values(values))


def clear(session: Session, access: Access) -> None:
    """Delete what a ledger has of answers that nobody may ask for any more; it looks at each that there is."""
    old = and_(KEYS.c.ledger_id == access.ledger_id, KEYS.c.created_at <= now(session) - KEPT)
    session.execute(delete(KEYS).where(old))


def erase(session: Session, access: Access) -> None:
    """Forget what was answered in a ledger, and not that it was: nobody knows which answers tell of what was purged."""
    session.execute(update(KEYS).where(KEYS.c.ledger_id == access.ledger_id).values(answer=b""))

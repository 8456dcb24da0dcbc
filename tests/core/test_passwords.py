"""Choosing passwords, hashing them, and checking them at sign-in."""

import base64
import hashlib
import hmac
import subprocess
import sys
import time
import unicodedata

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expense_core import passwords
from expense_core.errors import InvalidPassword

ROUNDS = 4
GOOD = "correct horse battery staple"

typable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def check(password):
    passwords.check(password, username="Alice.Liddell", email="alice.in.wonderland@example.org")


@settings(deadline=None, max_examples=50)
@given(password=typable, other=typable)
def test_only_the_password_itself_verifies(password, other):
    """Whatever people type: equal text gets in, and other text does not."""
    hashed = passwords.hash(password, rounds=ROUNDS)

    same = unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)

    assert passwords.verify(password, hashed, rounds=ROUNDS) == passwords.Verified(ok=True)
    assert passwords.verify(other, hashed, rounds=ROUNDS).ok is same


def test_two_hashes_of_one_password_differ():
    """Each has a salt of its own, so that equal passwords do not show."""
    first = passwords.hash(GOOD, rounds=ROUNDS)
    second = passwords.hash(GOOD, rounds=ROUNDS)

    assert first != second


def test_the_last_of_1024_characters_counts():
    """Plain bcrypt would have stopped reading at byte 72."""
    hashed = passwords.hash("é" * 1023 + "a", rounds=ROUNDS)

    assert passwords.verify("é" * 1023 + "a", hashed, rounds=ROUNDS).ok
    assert not passwords.verify("é" * 1023 + "b", hashed, rounds=ROUNDS).ok


def test_a_hash_is_what_passlib_documents():
    """Anybody can check our hashes with bcrypt, HMAC-SHA256 and base64, without passlib."""
    hashed = passwords.hash(GOOD, rounds=ROUNDS)

    _, name, parameters, salt, digest = hashed.split("$")
    key = base64.b64encode(hmac.digest(salt.encode(), GOOD.encode(), hashlib.sha256))

    assert (name, parameters) == ("bcrypt-sha256", "v=2,t=2b,r=4")
    assert bcrypt.hashpw(key, f"$2b$04${salt}".encode()) == f"$2b$04${salt}{digest}".encode()


def test_the_hash_in_passlibs_manual_verifies():
    """A vector that we did not make, with passlib's default rounds."""
    hashed = "$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2"

    assert passwords.verify("password", hashed, rounds=12) == passwords.Verified(ok=True)


def test_a_plain_bcrypt_hash_lets_its_owner_in_and_is_replaced():
    """Users of another program keep their passwords; the new hash is of the better kind."""
    hashed = bcrypt.hashpw(GOOD.encode(), bcrypt.gensalt(ROUNDS)).decode()

    verified = passwords.verify(GOOD, hashed, rounds=ROUNDS)

    assert verified.ok
    assert verified.new_hash.startswith("$bcrypt-sha256$v=2")
    assert passwords.verify(GOOD, verified.new_hash, rounds=ROUNDS) == passwords.Verified(ok=True)


def test_a_wrong_password_replaces_no_plain_bcrypt_hash():
    """Only the owner's sign-in knows the password to hash anew."""
    hashed = bcrypt.hashpw(GOOD.encode(), bcrypt.gensalt(ROUNDS)).decode()

    assert passwords.verify("wrong", hashed, rounds=ROUNDS) == passwords.Verified(ok=False)


@pytest.mark.parametrize("password", ["long" * 30, "cafe\N{COMBINING ACUTE ACCENT} au lait"])
def test_a_plain_bcrypt_hash_was_made_of_what_was_typed(password):
    """Other programs neither normalized a password nor refused a long one: bcrypt cut it at 72 bytes."""
    hashed = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(ROUNDS)).decode()

    verified = passwords.verify(password, hashed, rounds=ROUNDS)

    assert verified.ok
    assert passwords.verify(password, verified.new_hash, rounds=ROUNDS).ok


@pytest.mark.parametrize(
    ("made_with", "asked_for", "replaced"),
    [(4, 5, True), (5, 5, False), (6, 5, False)],
)
def test_a_hash_with_too_few_rounds_is_replaced(made_with, asked_for, replaced):
    """Raising the setting strengthens old hashes at the next sign-in; lowering it weakens none."""
    hashed = passwords.hash(GOOD, rounds=made_with)

    verified = passwords.verify(GOOD, hashed, rounds=asked_for)

    assert verified.ok
    assert (verified.new_hash is not None) is replaced
    assert not replaced or "r=5$" in verified.new_hash


def test_an_old_version_of_the_scheme_is_replaced():
    """Before passlib 1.7.3 the password was hashed without the salt; the vector is from passlib's own tests."""
    hashed = "$bcrypt-sha256$2a,5$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu"

    verified = passwords.verify("password", hashed, rounds=ROUNDS)

    assert verified.ok
    assert verified.new_hash.startswith("$bcrypt-sha256$v=2")


def test_the_same_letters_from_another_keyboard_get_in():
    """One sends é as one character, another as e and an accent, a third full-width: NIST asks for one form."""
    hashed = passwords.hash("caf\N{LATIN SMALL LETTER E WITH ACUTE} ole 1", rounds=ROUNDS)

    assert passwords.verify("cafe\N{COMBINING ACUTE ACCENT} ole 1", hashed, rounds=ROUNDS).ok
    assert passwords.verify("café ole \N{FULLWIDTH DIGIT ONE}", hashed, rounds=ROUNDS).ok


def test_nobody_signs_in_without_a_hash():
    """No such user, or one without a password."""
    for password in ("", GOOD, "." * 31):
        assert passwords.verify(password, None, rounds=ROUNDS) == passwords.Verified(ok=False)


@pytest.mark.parametrize(
    ("password", "hashed"),
    [(GOOD, None), (GOOD, "nonsense"), ("\0", "kept"), ("\ud800", None), ("x" * 2_000_000, "kept")],
    ids=["no hash", "damaged hash", "NUL", "surrogate", "too long"],
)
def test_every_refusal_takes_as_long_as_a_wrong_password(password, hashed):
    """Or the time would tell a stranger which users there are."""
    kept = passwords.hash("something else", rounds=9)

    def seconds(password, hashed):
        started = time.thread_time()
        passwords.verify(password, hashed, rounds=9)
        return time.thread_time() - started

    usual = min(seconds(GOOD, kept) for _ in range(5))
    here = min(seconds(password, kept if hashed == "kept" else hashed) for _ in range(5))

    assert here == pytest.approx(usual, rel=0.5)


@given(hashed=st.text(max_size=90) | st.text("$2aby,=.tvr04", max_size=12).map(lambda tail: "$bcrypt-sha256$" + tail))
@settings(deadline=None)
def test_nonsense_in_place_of_a_hash_matches_nothing(hashed):
    """A damaged row keeps its owner out; it breaks nothing else."""
    assert passwords.verify(GOOD, hashed, rounds=ROUNDS) == passwords.Verified(ok=False)


@pytest.mark.parametrize(
    "damage",
    [
        lambda hashed: hashed[:-1],
        lambda hashed: hashed[:-32],
        lambda hashed: hashed + "x",
        lambda hashed: hashed[:-1] + "1",  # bits that the last character cannot have: passlib only warns
        lambda hashed: hashed.replace("r=4", "r=99"),
        lambda hashed: hashed.replace("v=2", "v=3"),
        lambda hashed: hashed.replace("$bcrypt-sha256$v=2,t=2b,r=4$", "$2x$04$"),
        lambda hashed: hashed.replace("$bcrypt-sha256$v=2,t=2b,r=4$", "$2b$04$"),
    ],
)
def test_a_damaged_hash_matches_nothing(damage):
    """Even the right password does not get in past a hash that was cut or changed."""
    hashed = passwords.hash(GOOD, rounds=ROUNDS)

    assert passwords.verify(GOOD, damage(hashed), rounds=ROUNDS) == passwords.Verified(ok=False)


def test_an_answer_is_true_only_when_the_password_was_right():
    """`if verify(...)` means what it seems to."""
    assert passwords.Verified(ok=True)
    assert not passwords.Verified(ok=False)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "kx8;qw2z",
        "        .",
        "пароль моей бабушки",
        "🦊🦊🦊🦊🌲🌲🌲🌲",
        "x" * 1024,
        "alice.liddell1",
        "ALICE.LIDDELL@example.org",
    ],
)
def test_any_uncommon_password_of_8_to_1024_characters_may_be_chosen(password):
    """No digits, capitals or punctuation are asked for."""
    check(password)


@pytest.mark.parametrize("password", ["", "kx8;qw2", "🦊" * 7, "e\N{COMBINING ACUTE ACCENT}" * 7])
def test_a_password_of_fewer_than_8_characters_is_refused(password):
    """Characters count, not the bytes or code points that a keyboard happens to send."""
    with pytest.raises(InvalidPassword, match="at least 8 characters"):
        check(password)


@pytest.mark.parametrize(
    "password", ["x" * 1025, "x" * 10_000_000, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 99]
)
def test_a_password_of_more_than_1024_characters_is_refused(password):
    """However long, and also where one character stands for many."""
    with pytest.raises(InvalidPassword, match="at most 1,024 characters"):
        check(password)
    with pytest.raises(InvalidPassword, match="at most 1,024 characters"):
        passwords.hash(password, rounds=ROUNDS)


@pytest.mark.parametrize(
    "password", ["password1", "PassWord1", "qwertyuiop", "12345678", "September", "password\N{FULLWIDTH DIGIT ONE}"]
)
def test_a_common_password_is_refused(password):
    """In any letter case and any width: they are tried first."""
    with pytest.raises(InvalidPassword, match="less common"):
        check(password)


@pytest.mark.parametrize(
    "password",
    [
        "alice.liddell",
        "ALICE.LIDDELL",
        "alice.in.wonderland@example.org",
        "Alice.in.Wonderland@Example.ORG",
        "alice.in.WONDERLAND",
    ],
)
def test_a_password_that_is_the_users_own_name_is_refused(password):
    """The username, the address, and the part of it before the @, without regard to case."""
    with pytest.raises(InvalidPassword, match="username or email"):
        check(password)


def test_a_user_without_an_email_address_needs_a_good_password_too():
    """The local part of no address is not a reason to refuse or to let through."""
    passwords.check(GOOD, username="alice.liddell", email=None)

    with pytest.raises(InvalidPassword, match="username or email"):
        passwords.check("Alice.Liddell", username="alice.liddell", email=None)


@pytest.mark.parametrize(
    ("password", "message"),
    [("long enough\0", "NUL"), ("long enough\ud800", "half a character"), ("\udfff long enough", "half a character")],
)
def test_text_that_no_keyboard_types_is_refused(password, message):
    """Plain bcrypt would stop at a NUL, and half a character cannot be written down as bytes."""
    with pytest.raises(InvalidPassword, match=message):
        check(password)
    with pytest.raises(InvalidPassword, match=message):
        passwords.hash(password, rounds=ROUNDS)


@given(password=st.text(max_size=30))
def test_a_refusal_names_the_field_and_never_repeats_the_password(password):
    """The message goes to screens and logs."""
    try:
        check("hunter2" + password + "\0")
    except InvalidPassword as refusal:
        caught = refusal

    assert "hunter2" not in caught.message
    assert [(error.field, error.code) for error in caught.errors] == [("password", "invalid_password")]


def test_passwords_are_hashed_by_many_threads_at_once():
    """A server's first sign-ins arrive together, while bcrypt is still being loaded."""
    script = (
        "from concurrent.futures import ThreadPoolExecutor; from expense_core import passwords\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    hashes = list(pool.map(lambda word: passwords.hash(word, rounds=4), ['some words'] * 32))\n"
        "assert all(passwords.verify('some words', hashed, rounds=4) for hashed in hashes)"
    )

    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_heavy_is_loaded_only_when_it_is_needed():
    """Importing the module costs nothing; hashing loads no list of words."""
    script = (
        "import sys; from expense_core import passwords; heavy = {'passlib', 'bcrypt', 'zxcvbn'}\n"
        "assert not heavy & set(sys.modules)\n"
        "passwords.hash('some words', rounds=4)\n"
        "assert heavy & set(sys.modules) == {'passlib', 'bcrypt'}"
    )

    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")

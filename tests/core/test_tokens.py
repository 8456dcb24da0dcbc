"""Issuing tokens, and refusing every token that is not right in every way."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from expense_core import tokens
from expense_core.errors import AuthenticationFailed, InvalidToken, SettingsError

NOW = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
ISSUED = int(NOW.timestamp())
QUARTER = timedelta(minutes=15)
SECRET = "first secret, which is long enough to sign"
OLDER = b"older secret, which is long enough to sign"
STRANGER = "a secret that somebody else has thought up"

VALID = tokens.issue(subject=7, secrets=[SECRET], now=NOW, lifetime=QUARTER, extra={"sid": "s1"}, token_id="t1")


def part(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token):
    header, payload, _ = (base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in token.split("."))
    return json.loads(header), json.loads(payload)


def sign(header, payload, secret=SECRET, digest=hashlib.sha256):
    """A token made by hand, so that it can hold anything."""
    signed = f"{part(header)}.{part(payload)}"
    return f"{signed}.{part(hmac.digest(secret.encode(), signed.encode(), digest))}"


def with_header(**changes):
    header, payload = parts(VALID)
    return sign(header | changes, payload)


def with_claims(**changes):
    header, payload = parts(VALID)
    return sign(header, payload | changes)


def without_claim(name):
    header, payload = parts(VALID)
    del payload[name]
    return sign(header, payload)


def verify(token, *, secrets=(SECRET,), now=NOW, audience="access"):
    return tokens.verify(token, secrets=secrets, now=now, audience=audience)


def test_a_token_says_who_signed_in_and_until_when():
    """What went in comes out, times in whole seconds."""
    token = tokens.issue(
        subject=7, secrets=[SECRET], now=NOW, lifetime=QUARTER, audience="refresh", extra={"sid": "s1"}, token_id="t1"
    )

    claims = verify(token, audience="refresh")

    assert claims == tokens.Claims(
        subject="7",
        issued_at=NOW.replace(microsecond=0),
        expires_at=NOW.replace(microsecond=0) + QUARTER,
        token_id="t1",
        extra={"sid": "s1"},
    )


def test_a_token_is_what_other_programs_expect():
    """HS256, the registered claims of RFC 7519, and a `kid`; the signature is plain HMAC-SHA256."""
    header, payload = parts(VALID)
    signed, _, signature = VALID.rpartition(".")

    assert sorted(header) == ["alg", "kid", "typ"]
    assert header["alg"] == "HS256"
    assert payload == {
        "iss": "expense-core",
        "aud": "access",
        "sub": "7",
        "iat": ISSUED,
        "exp": ISSUED + 900,
        "jti": "t1",
        "sid": "s1",
    }
    assert signature == part(hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256))


def test_every_token_has_a_name_of_its_own():
    """So that a single one can be revoked."""
    first, second = (tokens.issue(subject=7, secrets=[SECRET], now=NOW, lifetime=QUARTER) for _ in range(2))

    assert verify(first).token_id != verify(second).token_id


@given(
    subject=st.integers() | st.text(max_size=60),
    extra=st.dictionaries(st.text("abcdxyz", min_size=4, max_size=9), st.text(max_size=20), max_size=5),
    now=st.datetimes(NAIVE.replace(year=1971), NAIVE.replace(year=9000), timezones=st.timezones()),
    lifetime=st.integers(1, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_whatever_is_issued_verifies(subject, extra, now, lifetime):
    """Any subject, any text and any time zone come back as they were."""
    token = tokens.issue(subject=subject, secrets=[SECRET], now=now, lifetime=lifetime, extra=extra)

    claims = verify(token, now=now)

    assert (claims.subject, claims.extra) == (str(subject), extra)
    assert claims.expires_at - claims.issued_at == lifetime
    assert timedelta(0) <= now - claims.issued_at < timedelta(seconds=1)


def test_a_rotated_secret_still_verifies_and_no_longer_signs():
    """Putting a new secret in front signs nobody out; taking the old one away does."""
    before = tokens.issue(subject=7, secrets=[OLDER], now=NOW, lifetime=QUARTER)
    after = tokens.issue(subject=7, secrets=[SECRET, OLDER], now=NOW, lifetime=QUARTER)

    assert verify(before, secrets=[SECRET, OLDER]).subject == "7"
    assert verify(after, secrets=[SECRET]).subject == "7"
    with pytest.raises(InvalidToken):
        verify(before, secrets=[SECRET])


def test_the_name_of_a_secret_tells_nothing_about_it():
    """`kid` is public: it is the same for the same secret and holds no part of it."""
    names = [parts(tokens.issue(subject=1, secrets=[s], now=NOW, lifetime=QUARTER))[0]["kid"] for s in (SECRET, OLDER)]

    assert names[0] == parts(VALID)[0]["kid"]
    assert names[0] != names[1]
    assert all(len(name) == 16 and name not in SECRET for name in names)


@pytest.mark.parametrize("later", [-30, 0, 15 * 60 + 29])
def test_a_token_is_good_until_its_end_give_or_take_half_a_minute(later):
    """Only the `now` that is passed in counts, and servers' clocks may differ a little."""
    claims = verify(VALID, now=NOW + timedelta(seconds=later))

    assert claims.subject == "7"


@pytest.mark.parametrize("later", [-(10**9), -31, 15 * 60 + 30, 10**9])
def test_a_token_is_refused_before_its_time_and_after_it(later):
    """By one second, or by thirty years."""
    with pytest.raises(InvalidToken):
        verify(VALID, now=NOW + timedelta(seconds=later))


def test_the_time_zone_of_now_does_not_matter():
    """Not even in the night when clocks go back: an hour is an hour."""
    berlin = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))

    token = tokens.issue(subject=7, secrets=[SECRET], now=berlin, lifetime=timedelta(hours=1))

    assert verify(token, now=berlin.astimezone(UTC)).expires_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_a_mistake_in_the_program():
    """Guessing the zone would move the expiry by hours."""
    with pytest.raises(TypeError):
        verify(VALID, now=NAIVE)


def unsigned(algorithm):
    header, payload = parts(VALID)
    return f"{part(header | {'alg': algorithm})}.{part(payload)}."


HEADER, PAYLOAD = parts(VALID)
WRONG = {
    "empty": "",
    "one word": "garbage",
    "two parts": VALID.rpartition(".")[0],
    "four parts": VALID + ".abc",
    "empty parts": "..",
    "spaces around": f" {VALID} ",
    "newline after": VALID + "\n",
    "padding after": VALID + "=",
    "bearer before": f"Bearer {VALID}",
    "bytes": VALID.encode(),
    "None": None,
    "number": 5,
    "surrogates": "\ud800.\udfff.\ud800",
    "surrogate inside": VALID[:20] + "\ud800" + VALID[21:],
    "other digits": VALID[:20] + "\N{ARABIC-INDIC DIGIT FIVE}" + VALID[21:],
    "huge": "a" * 5_000_000,
    "huge and signed": with_claims(sid="x" * 5_000),
    "header is no base64": "a." + VALID.partition(".")[2],
    "header is no JSON": sign(b"{", PAYLOAD),
    "header is no UTF-8": sign(b"\xff\xfe{}", PAYLOAD),
    "header is a list": sign(["HS256"], PAYLOAD),
    "header is empty": sign({}, PAYLOAD),
    "header is deep": sign(b"[" * 2_000, PAYLOAD),
    "payload is no JSON": sign(HEADER, b"{"),
    "payload is no UTF-8": sign(HEADER, b"\xff\xfe{}"),
    "payload is a list": sign(HEADER, [PAYLOAD]),
    "payload is deep": sign(HEADER, b"[" * 2_000),
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg none, signed": with_header(alg="none"),
    "alg HS512": sign(HEADER | {"alg": "HS512"}, PAYLOAD, digest=hashlib.sha512),
    "alg HS384": with_header(alg="HS384"),
    "alg RS256": with_header(alg="RS256"),
    "alg ES256": with_header(alg="ES256"),
    "alg in small letters": with_header(alg="hs256"),
    "alg is a list": with_header(alg=["HS256"]),
    "alg is null": with_header(alg=None),
    "kid unknown": with_header(kid="0" * 16),
    "kid is a number": with_header(kid=5),
    "kid is a path": with_header(kid="../../dev/null"),
    "kid missing": sign({"alg": "HS256", "typ": "JWT"}, PAYLOAD),
    "crit": with_header(crit=["exp"]),
    "crit that PyJWT knows": with_header(crit=["b64"], b64=True),
    "payload not in base64": with_header(crit=["b64"], b64=False),
    "key of its own": with_header(jwk={"kty": "oct", "k": part(STRANGER.encode())}),
    "typ of another kind": with_header(typ="at+jwt"),
    "wrong secret": sign(HEADER, PAYLOAD, secret=STRANGER),
    "empty secret": sign(HEADER, PAYLOAD, secret=""),
    "kid as the secret": sign(HEADER, PAYLOAD, secret=HEADER["kid"]),
    "no signature": VALID.rpartition(".")[0] + ".",
    **{f"{name} missing": without_claim(name) for name in ("iss", "aud", "sub", "iat", "exp", "jti")},
    **{f"{name} is null": with_claims(**{name: None}) for name in ("iss", "aud", "sub", "iat", "exp", "jti")},
    **{f"{name} is a list": with_claims(**{name: [1]}) for name in ("iss", "sub", "iat", "exp", "jti")},
    "another audience": with_claims(aud="refresh"),
    "several audiences": with_claims(aud=["access", "refresh"]),
    "no audience": with_claims(aud=""),
    "another issuer": with_claims(iss="expense-tracker"),
    "sub is a number": with_claims(sub=7),
    "jti is a number": with_claims(jti=7),
    "exp is text": with_claims(exp=str(ISSUED + 900)),
    "exp is a fraction": with_claims(exp=ISSUED + 900.5),
    "exp is true": with_claims(iat=0, exp=True),
    "exp is infinite": with_claims(exp=float("inf")),
    "exp is past every calendar": with_claims(exp=10**12),
    "exp is past every number": with_claims(exp=10**30),
    "exp has 2,000 digits": with_claims(exp=10**2_000),
    "iat is before every calendar": with_claims(iat=-(10**12)),
    "iat is not a number": with_claims(iat=float("nan")),
    "made in the future": with_claims(iat=ISSUED + 31),
    "expired": with_claims(exp=ISSUED - 30),
    "expires before it was made": with_claims(iat=ISSUED + 20, exp=ISSUED - 40),
    "not before": with_claims(nbf=ISSUED - 1),
    "extra is no text": with_claims(sid=5),
}


def test_what_is_said_once_is_read_anew_by_every_clock():
    """A server is shown the same token again and again; what it says is kept, not whether it is still good."""
    for now in (NOW, NOW + timedelta(minutes=10), NOW):
        assert verify(VALID, now=now).subject == "7"

    for now in (NOW - timedelta(minutes=1), NOW + timedelta(minutes=16)):
        with pytest.raises(InvalidToken):
            verify(VALID, now=now)
    assert verify(VALID).subject == "7"


def test_what_is_kept_of_a_token_holds_for_its_secrets_and_audience_alone():
    """Read once with the right ones, it is still refused with others."""
    verify(VALID)

    for wrong in ({"secrets": [STRANGER]}, {"secrets": [OLDER]}, {"audience": "refresh"}):
        with pytest.raises(InvalidToken):
            verify(VALID, **wrong)
    with pytest.raises(SettingsError):
        verify(VALID, secrets=[])


def test_nobody_changes_what_a_token_says_for_the_next():
    """All who show it are given the same claims."""
    claims = verify(VALID)

    with pytest.raises(TypeError):
        claims.extra["sid"] = "s2"

    assert verify(VALID).extra == {"sid": "s1"}


@pytest.mark.parametrize("token", [with_claims(iat=-62_135_596_800), with_claims(exp=253_402_300_799)])
def test_a_token_of_the_first_or_last_moment_of_all_calendars_is_no_accident(token):
    """The leeway would lead out of them."""
    with pytest.raises(InvalidToken):
        verify(token)


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG.keys())
def test_every_way_a_token_can_be_wrong_is_one_error(token):
    """Same class, same code, same message: a stranger learns nothing from it, and the log has the cause."""
    with pytest.raises(InvalidToken) as caught:
        verify(token)

    assert isinstance(caught.value, AuthenticationFailed)
    assert (caught.value.code, caught.value.message) == (
        "invalid_token",
        "this token is not valid, or not any more; sign in again",
    )
    assert caught.value.__cause__ is not None


def test_what_the_wrong_tokens_are_made_of_is_right():
    """The same parts put together by hand verify, so each of them is refused for what its name says."""
    assert verify(sign(HEADER, PAYLOAD)) == verify(with_header()) == verify(with_claims()) == verify(VALID)


@given(data=st.data())
def test_a_token_changed_anywhere_is_refused(data):
    """One character more, less, or another one; parts that changed places."""
    at = data.draw(st.integers(0, len(VALID) - 1))
    replacement = data.draw(st.text(max_size=2) | st.sampled_from("-_=.AQgw"))
    changed = VALID[:at] + replacement + VALID[at + data.draw(st.integers(0, 2)) :]
    assume(changed != VALID)

    with pytest.raises(InvalidToken):
        verify(changed)


@given(token=st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", fullmatch=True))
def test_nothing_that_was_not_issued_verifies(token):
    """Whatever a stranger sends, it is one clean refusal."""
    with pytest.raises(InvalidToken):
        verify(token)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(name=st.sampled_from(["alg", "kid", "typ", "crit", "b64", "zip", "jku", "x5c", "cty"]), value=json_values)
def test_no_header_but_ours_is_understood(name, value):
    """Even one signed with our secret: nothing in it may change how it is read."""
    assume(HEADER.get(name, ...) != value)

    with pytest.raises(InvalidToken):
        verify(with_header(**{name: value}))


@given(name=st.sampled_from(sorted(PAYLOAD)), value=json_values)
def test_no_claim_of_the_wrong_kind_is_a_crash(name, value):
    """Signed with our secret by a program of another version: it verifies, or is refused in the usual way."""
    try:
        claims = verify(with_claims(**{name: value}))
    except InvalidToken:
        claims = None

    assert claims is None or isinstance(value, str | int)


@pytest.mark.parametrize(
    "secrets", [[], ["short"], [SECRET, "short"], ["é" * 15], [b"x" * 31], "a single secret as text"]
)
def test_a_short_secret_is_refused_with_the_way_to_make_one(secrets):
    """Wherever it stands in the list: it would be accepted from strangers too."""
    with pytest.raises(SettingsError, match=r"32 bytes or more; make one with `expense secret`"):
        tokens.issue(subject=7, secrets=secrets, now=NOW, lifetime=QUARTER)
    with pytest.raises(SettingsError, match=r"32 bytes or more; make one with `expense secret`"):
        verify(VALID, secrets=secrets)


def test_secrets_are_counted_in_bytes():
    """Sixteen letters of two bytes each are enough."""
    token = tokens.issue(subject=7, secrets=["é" * 16], now=NOW, lifetime=QUARTER)

    assert verify(token, secrets=["é".encode() * 16]).subject == "7"


def test_a_secret_that_is_not_text_can_be_used():
    """The environment may hold any bytes, which Python shows as surrogates."""
    secret = "\udcff" * 32

    token = tokens.issue(subject=7, secrets=[secret], now=NOW, lifetime=QUARTER)

    assert verify(token, secrets=[secret]).subject == "7"


def test_a_key_file_is_refused_as_a_secret():
    """A public key is known to everybody: with it, everybody could sign."""
    key_file = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n"

    with pytest.raises(SettingsError, match="expense secret"):
        tokens.issue(subject=7, secrets=[key_file], now=NOW, lifetime=QUARTER)


def test_a_new_secret_is_long_and_always_another():
    """It can be used at once, and pasted into any shell or `.env` file."""
    secrets = [tokens.new_secret() for _ in range(3)]

    assert len(set(secrets)) == 3
    assert all(len(secret) == 64 and secret.isascii() and "," not in secret for secret in secrets)
    assert tokens.issue(subject=7, secrets=secrets, now=NOW, lifetime=QUARTER)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "iat", "exp", "jti", "nbf"])
def test_extra_cannot_replace_a_claim_of_ours(name):
    """A mistake in the program, told as such."""
    with pytest.raises(ValueError, match=name):
        tokens.issue(subject=7, secrets=[SECRET], now=NOW, lifetime=QUARTER, extra={name: "1"})


def test_a_token_too_long_to_verify_is_not_issued():
    """Servers would cut the header that it travels in."""
    with pytest.raises(ValueError, match="too long"):
        tokens.issue(subject=7, secrets=[SECRET], now=NOW, lifetime=QUARTER, extra={"sid": "x" * 4_000})


def test_importing_the_module_does_not_load_pyjwt():
    """It takes longer than all of the core, and most commands need no token."""
    script = "import sys; from expense_core import tokens; assert 'jwt' not in sys.modules; tokens.new_secret()"

    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")

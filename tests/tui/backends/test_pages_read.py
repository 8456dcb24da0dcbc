"""An export of a server's, read as it comes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from expense_core.exports import Form, text
from expense_tui.backends.pages_read import pages_read

texts = st.text(st.sampled_from('a"\n,\r;é🧀'), max_size=8)


@given(some=st.lists(st.tuples(texts, texts), max_size=6), data=st.data())
def test_expenses_are_read_wherever_an_export_is_cut(some, data):
    """Line breaks and quotes within them are none of it."""
    lines = [(n, "2026-11-05", "1.00", "EUR", one, two or None, two) for n, (one, two) in enumerate(some)]
    whole = "".join(text([lines], Form.NDJSON)) if lines else ""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)))) | {0, len(whole)})

    pages = [*pages_read(whole[start:end] for start, end in pairwise(cuts))]

    assert all(pages)
    assert [line for page in pages for line in page] == lines

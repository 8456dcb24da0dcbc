"""Whatever a bank writes around a shop's name, the name is found in it."""

from time import process_time
from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core.payees import clean

WRITTEN = {
    # Whoever collects the money for the shop
    "SQ *COFFEE CO 04/11 LONDON GB": "Coffee Co",
    "SQ *BLUE HERON BOOKS": "Blue Heron Books",
    "TST* NOODLE BARN 0042 AUSTIN TX": "Noodle Barn",
    "PAYPAL *LAMPWORKS 4029357733": "Lampworks",
    "PAYPAL     *TILE HOUSE": "Tile House",
    "PP*MAPLE CRAFTS": "Maple Crafts",
    "SumUp  *Bar Lunetta": "Bar Lunetta",
    "iZ *SURDEGSBAGERIET": "Surdegsbageriet",
    "ZETTLE_*KAFFEVOGNEN": "Kaffevognen",
    "SP * WOOLLY HAT SHOP": "Woolly Hat Shop",
    "GOOGLE *CLOUD ATTIC": "Cloud Attic",
    "FASTCAB *TRIP 8H2K19QX": "Fastcab Trip",
    "AMZN Mktp US*2K4AB19Z3": "Amzn Mktp",
    # How it was paid
    "POS GREEN GROCER 2945 LEEDS": "Green Grocer",
    "CARD PAYMENT TO THE CORNER DELI ON 04 NOV": "The Corner Deli",
    "CARD PAYMENT TO THE CORNER DELI ON 04-11-2026": "The Corner Deli",
    "CONTACTLESS PAYMENT TO HILL BAKERY 03NOV": "Hill Bakery",
    "DIRECT DEBIT TO NORTH WATER REF 00482211": "North Water",
    "VISA PURCHASE OUTBACK TOOLS 123 PERTH AU": "Outback Tools",
    "Kartenzahlung NORDHOF MARKT//HAMBURG/DE": "Nordhof Markt",
    "Kartenzahlung 04.11. 12:15 NORDHOF MARKT": "Nordhof Markt",
    "SEPA-Lastschrift Stadtwerke Auental": "Stadtwerke Auental",
    "GIROCARD BAECKEREI KORN 2026-11-04T12:15": "Baeckerei Korn",
    "EC-Karte Möbel Sund GmbH Filiale 4711 Kiel": "Möbel Sund GmbH",
    "PAIEMENT PAR CARTE BOULANGERIE DE LA GARE 04/11": "Boulangerie de la Gare",
    "PAIEMENT CB 0411 LIBRAIRIE DU PONT": "Librairie du Pont",
    "CARTE 03/11 MARCHE BLEU CB*1234": "Marche Bleu",
    "CB 0311 FROMAGERIE ALPINE": "Fromagerie Alpine",
    "PRLV SEPA EAU VIVE SERVICES": "Eau Vive Services",
    "COMPRA PANADERIA EL SOL TARJETA 5412XXXXXXXX1234": "Panaderia el Sol",
    "PAGO CON TARJETA EN FRUTAS MARIA, 12345 SEVILLA": "Frutas Maria",
    "COMPRA NO DEBITO PADARIA AURORA 03/11": "Padaria Aurora",
    "PAGAMENTO POS 04/11 GELATERIA NEVE": "Gelateria Neve",
    "ADDEBITO SDD LUCE CHIARA SPA": "Luce Chiara SpA",
    "BEA, Betaalpas BAKKERIJ VAN DEN BERG,PAS123": "Bakkerij van den Berg",
    "BETAALAUTOMAAT 12:15 KAASHUIS UTRECHT": "Kaashuis Utrecht",
    "KORTKÖP 261104 FISKBODEN": "Fiskboden",
    "VAREKJØP SKIBUTIKKEN 04.11": "Skibutikken",
    "DANKORT-KØB PØLSEHJØRNET 1234": "Pølsehjørnet",
    "KORTTIOSTO KAHVILA KUUSI": "Kahvila Kuusi",
    "PŁATNOŚĆ KARTĄ SKLEP POD LASEM NR 12345": "Sklep Pod Lasem",
    "PLATBA KARTOU KNIHY U MOSTU 4.11.2026 BRNO": "Knihy U Mostu",
    "KÁRTYÁS VÁSÁRLÁS 4321XXXXXX1234 SARKI PÉKSÉG": "Sarki Pékség",
    "ПОКУПКА ПЕКАРНЯ СЕВЕР 04.11.2026": "Пекарня Север",  # noqa: RUF001 - it is Cyrillic
    "デビット ミドリ書店": "ミドリ書店",
    # Numbers of every sort, and what follows them
    "TOOLBARN #1234 DENVER CO": "Toolbarn",
    "Fuel Point 9:30PM card **4321": "Fuel Point",
    "LAUNDRY WORKS +44 20 7946 0000": "Laundry Works",
    "TEA HOUSE REF: AB12CD34EF": "Tea House",
    "12345678 RIVER FERRY": "River Ferry",
    "VISA 1234 RIVER FERRY": "River Ferry",
    "COFFEE BEAN           LONDON        GBR": "Coffee Bean",
    "TEA LEAF\\DUBLIN\\IE": "Tea Leaf",
    "CINEMA LUX GB": "Cinema Lux",
    # Letters large and small
    "H&M 0412": "H&M",
    "7-ELEVEN 33012": "7-Eleven",
    "MCDONALD'S 1044": "McDonald's",
    "O'HARA'S TAVERN": "O'Hara's Tavern",
    "JEAN-LUC & FILS": "Jean-Luc & Fils",
    "WIDGETS.COM": "Widgets.com",
    "KFC ST GEORGE": "KFC St George",
    "IKEA": "IKEA",
    "Lunch at LANTERN": "Lunch at Lantern",
    "Canteen at BOAC": "Canteen at BOAC",
    # What is as it should be
    "Weekly shop, Harvest Lane": "Weekly shop, Harvest Lane",
    "Canteen 4": "Canteen 4",
    "rent": "rent",
    # What has little or no name in it
    "12345 678": "12345 678",
    "12345   678": "12345 678",
    "04/11 12 A": "12 A",
    "12 04/11 A": "12 04/11 A",
    "POS": "Pos",
    "12 GB": "12 GB",
    "* 2A*": "2A",
    "x*1y": "x",
    "": "",
}

bits = st.sampled_from(
    [*" *#/.,-_'\\", "SQ *", "POS ", "04/11 ", "CB ", "card ", " 1234", "GB", "   ", "İ", "ß", "Σ", "ǆ", "²"]
)
texts = st.text() | st.lists(bits | st.sampled_from(sorted(WRITTEN))).map("".join)


@pytest.mark.parametrize(("text", "payee"), WRITTEN.items())
def test_a_payee_is_found_in_what_a_bank_writes(text, payee):
    """Texts in the manner of banks of many countries."""
    assert clean(text) == payee


@given(text=texts)
def test_what_is_clean_stays_as_it_is(text):
    """So that a description that was taken over once is the same payee again."""
    assert clean(clean(text)) == clean(text)


FIGURES = {
    "CORNER DELI 123456": "Corner Deli",
    "CORNER DELI 654321": "Corner Deli",
    "CORNER DELI 12.15uhr KIEL": "Corner Deli",
    "CORNER DELI 12.75uhr KIEL": "Corner DELI 12.75uhr KIEL",
    "CORNER DELI 23h15 LYON": "Corner Deli",
    "CORNER DELI 24h15 LYON": "Corner DELI 24h15 LYON",
    "TABLE23 123": "Table23",
    "TABLE42 321": "Table42",
    "ROUTE 66": "Route 66",
    "ROUTE 99": "Route 99",
}


@pytest.mark.parametrize(("text", "payee"), FIGURES.items())
def test_other_figures_make_another_payee_only_where_they_say_something_else(text, payee):
    """There is no time of 12.75, and what is in the name stays in it."""
    for seen_before in FIGURES:
        clean(seen_before)

    assert clean(text) == payee


@given(text=texts)
def test_a_text_with_letters_is_never_left_with_none(text):
    """Something has to be shown."""
    assert any(map(str.isalpha, clean(text))) == any(map(str.isalpha, text))


def test_a_text_that_was_seen_before_costs_next_to_nothing():
    """A statement names the same shops again and again: three microseconds."""
    clean("SQ *COFFEE CO 04/11 LONDON GB")

    taken = timeit(lambda: clean("SQ *COFFEE CO 04/11 LONDON GB"), number=10_000, timer=process_time)

    assert taken < 3e-6 * 10_000


def test_a_long_text_is_cleaned_in_good_time():
    """Nobody holds up an import with a line of stars."""
    assert clean("x*" * 5_000 + "1 " + "X" * 5_000 + " Café")
    assert clean("* " * 5_000 + "Café") == "Café"

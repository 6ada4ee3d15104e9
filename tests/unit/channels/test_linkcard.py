"""What pages say of themselves."""

from __future__ import annotations

from enishi.channels.linkcard import Card, plain_card, read_card

URL = "https://shop.example/a/b"


def test_it_reads_open_graph():
    page = """<html><head><title>Tab</title>
      <meta property="og:title" content="朝の一杯"><meta property="og:image" content="/p.jpg">
      <meta property="og:description" content="8時から &amp; 毎日"></head>"""
    assert read_card(URL, page.encode()) == Card(
        URL, "朝の一杯", "8時から & 毎日", "https://shop.example/p.jpg"
    )


def test_it_falls_back_to_title_and_description():
    page = b"<title> A\n shop </title><meta name='description' content='Beans'>"
    assert read_card(URL, page) == Card(URL, "A shop", "Beans")


def test_it_reads_japanese_encodings():
    page = '<meta charset="Shift_JIS"><title>珈琲店</title>'.encode("cp932")
    assert read_card(URL, page).title == "珈琲店"
    assert (
        read_card(URL, "<title>珈琲</title>".encode("euc-jp"), "text/html; charset=EUC-JP").title
        == "珈琲"
    )


def test_it_makes_do_with_nothing():
    assert read_card(URL, b"") == plain_card(URL) == Card(URL, "shop.example")
    assert read_card(URL, b'<meta charset="martian"><title>x</title>').title == "x"

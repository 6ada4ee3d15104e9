"""The fields that a column can be, and the headers by which they are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from enishi.imports.core.items import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """A thing that a column may hold. `metric` is its name in the log, for numbers."""

    name: str
    label: object
    headers: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset({Kind.POSTS, Kind.METRICS})
    metric: str = ""


_POSTS: Final = frozenset({Kind.POSTS})
_METRICS: Final = frozenset({Kind.METRICS})

TIME: Final = Field(
    "time",
    _("Date and time"),
    (
        "日時", "投稿日時", "公開日時", "配信日時", "投稿日", "公開日", "日付", "年月日", "集計日",
        "date", "time", "datetime", "date and time", "timestamp", "published", "published at",
        "publish time", "created", "created at", "posted", "posted at", "post date", "day",
    ),
)  # fmt: skip
CLOCK: Final = Field(
    "clock",
    _("Time of day (if separate)"),
    ("時刻", "時間", "投稿時刻", "投稿時間", "time of day", "hour", "post time"),
)
TEXT: Final = Field(
    "text",
    _("Text"),
    (
        "本文", "投稿内容", "投稿本文", "テキスト", "内容", "キャプション", "ツイート本文",
        "投稿文", "text", "post", "post text", "message", "caption", "content", "body",
        "description", "tweet text", "full text",
    ),
    _POSTS,
)  # fmt: skip
URL: Final = Field(
    "url",
    _("Address (URL)"),
    (
        "url", "リンク", "投稿url", "投稿リンク", "パーマリンク", "link", "permalink", "post url",
        "post link", "address", "アドレス", "tweet permalink",
    ),
    _POSTS,
)  # fmt: skip
IDENTIFIER: Final = Field(
    "id",
    _("Identifier"),
    ("id", "投稿id", "post id", "識別子", "identifier", "tweet id", "ツイートid"),
    _POSTS,
)
CHANNEL: Final = Field(
    "channel",
    _("Channel"),
    (
        "チャネル", "チャンネル", "アカウント", "アカウント名", "媒体", "sns", "channel", "account",
        "profile", "network", "platform", "page",
    ),
)  # fmt: skip
LANGUAGE: Final = Field("language", _("Language"), ("言語", "language", "lang"), _POSTS)
MEASURED: Final = Field(
    "measured",
    _("Numbers taken at"),
    ("計測日時", "計測日", "取得日時", "取得日", "measured", "measured at", "retrieved at"),
    _POSTS,
)
METRIC: Final = Field(
    "metric", _("Name of the metric"), ("指標", "項目", "metric", "measure"), _METRICS
)
VALUE: Final = Field("value", _("Value of the metric"), ("値", "数値", "value", "count"), _METRICS)


def _number(name: str, label: object, *headers: str, kinds: frozenset[Kind] | None = None) -> Field:
    return Field(name, label, headers, kinds or frozenset({Kind.POSTS, Kind.METRICS}), name)


NUMBERS: Final[tuple[Field, ...]] = (
    _number(
        "followers", _("Followers"),
        "フォロワー", "フォロワー数", "followers", "follower count", "total followers",
        kinds=_METRICS,
    ),
    _number(
        "following", _("Following"),
        "フォロー", "フォロー数", "フォロー中", "following", "following count", "follows",
        kinds=_METRICS,
    ),
    _number("posts", _("Posts"), "投稿数", "投稿", "posts", "post count", kinds=_METRICS),
    _number(
        "likes", _("Likes"),
        "いいね", "いいね数", "お気に入り", "likes", "like", "favorites", "favourites",
        "reactions", "like count", "スキ",
    ),
    _number(
        "reshares", _("Reposts"),
        "リポスト", "リポスト数", "リツイート", "リツイート数", "rt", "シェア", "シェア数",
        "ブースト", "再投稿", "reposts", "retweets", "shares", "reshares", "reblogs", "boosts",
        "repost count",
    ),
    _number(
        "replies", _("Replies"),
        "返信", "返信数", "リプライ", "リプライ数", "コメント", "コメント数", "replies",
        "comments", "reply count",
    ),
    _number("quotes", _("Quotes"), "引用", "引用数", "quotes", "quote count"),
    _number(
        "impressions", _("Impressions"),
        "インプレッション", "インプレッション数", "imp", "imp数", "表示回数", "表示数",
        "impressions",
    ),
    _number("reach", _("Reach"), "リーチ", "リーチ数", "reach", "reached"),
    _number(
        "views", _("Views"),
        "再生数", "再生回数", "閲覧数", "視聴回数", "views", "video views", "plays", "pv",
    ),
    _number("saves", _("Saves"), "保存", "保存数", "ブックマーク", "saves", "saved", "bookmarks"),
    _number(
        "clicks", _("Clicks"),
        "クリック", "クリック数", "リンククリック数", "clicks", "link clicks", "url clicks",
    ),
    _number(
        "branded_searches", _("Branded searches"),
        "指名検索", "指名検索数", "指名検索回数", "ブランド検索", "ブランド検索数",
        "branded searches", "brand searches", "branded search", "branded search volume",
        kinds=_METRICS,
    ),
    _number(
        "mentions", _("Mentions"),
        "言及", "言及数", "メンション", "メンション数", "mentions", "mention count",
        kinds=_METRICS,
    ),
)  # fmt: skip
FIELDS: Final[tuple[Field, ...]] = (
    TIME,
    CLOCK,
    TEXT,
    URL,
    IDENTIFIER,
    CHANNEL,
    LANGUAGE,
    MEASURED,
    METRIC,
    VALUE,
    *NUMBERS,
)
BY_NAME: Final[Mapping[str, Field]] = {field.name: field for field in FIELDS}


def folded(header: str) -> str:
    """A header for comparing: width, case, brackets and separators do not matter."""
    text = unicodedata.normalize("NFKC", header).casefold()
    text = re.sub(r"[(\[{（【].*?[)\]}）】]", " ", text)
    return " ".join(re.sub(r"[_\-・/:：*]+", " ", text).split())


_BY_HEADER: Final[Mapping[str, tuple[Field, ...]]] = {
    header: tuple(field for field in FIELDS if header in {folded(each) for each in field.headers})
    for header in {folded(each) for field in FIELDS for each in field.headers}
}


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields that a table of this kind can have."""
    return tuple(field for field in FIELDS if kind in field.kinds)


def metric_named(text: str) -> str:
    """The metric that a word in a table means, or an empty string."""
    word = folded(text)
    found = (field for field in _BY_HEADER.get(word, ()) if field.metric)
    return next((field.metric for field in found), BY_NAME[word].metric if word in BY_NAME else "")


def guess_columns(headers: Sequence[str], kind: Kind) -> dict[str, str]:
    """Field → header, by the words of the headers. Each is used once; unsure ones are left."""
    guessed: dict[str, str] = {}
    used: set[str] = set()
    for field in fields_of(kind):
        names = {folded(each) for each in field.headers} | {field.name}
        header = next((h for h in headers if h not in used and folded(h) in names), None)
        if header is not None:
            guessed[field.name] = header
            used.add(header)
    if "clock" in guessed and "time" not in guessed:
        guessed["time"] = guessed.pop("clock")
    return guessed


def recognised(headers: Sequence[str]) -> int:
    """How many of these cells look like headers."""
    return sum(folded(header) in _BY_HEADER for header in headers)


def guess_kind(headers: Sequence[str]) -> Kind:
    """Whether a table lists posts, or the numbers of days."""
    posts, metrics = guess_columns(headers, Kind.POSTS), guess_columns(headers, Kind.METRICS)
    if {"text", "url", "id"} & posts.keys():
        return Kind.POSTS
    daily = {field.name for field in NUMBERS} | {"metric"}
    return Kind.METRICS if daily & metrics.keys() else Kind.POSTS

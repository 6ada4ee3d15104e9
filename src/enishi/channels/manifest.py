"""What an adapter says of itself: `manifest.toml`, read once, checked, frozen.

A manifest is data and not a language: what a network can do, what it limits, since when we
know that, and how the schools of the field classify it. Behaviour stays in Python.
"""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from django.utils.translation import get_language
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from enishi.channels.contract import Capability

FILE_NAME = "manifest.toml"


class ManifestError(ValueError):
    """A manifest that cannot be used; the message names the file and every wrong key."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Localised(_Part):
    """A short text in the languages of the product."""

    en: str
    ja: str

    def __str__(self) -> str:
        return self.ja if (get_language() or "").startswith("ja") else self.en


class TieModel(StrEnum):
    """How accounts are tied to each other (R010, R011)."""

    MUTUAL = "mutual"
    ASYMMETRIC = "asymmetric"
    INVITATION = "invitation"
    NONE = "none"


class MicClass(StrEnum):
    """The six classes of social media in the Japanese white paper of 2015 (R003)."""

    BLOG = "blog"
    SNS = "sns"
    VIDEO = "video"
    MESSAGING = "messaging"
    INFORMATION_SHARING = "information-sharing"
    BOOKMARKING = "bookmarking"


class FunctionClass(StrEnum):
    """The four functional categories (R004)."""

    COMMUNICATION = "communication"
    REVIEWS = "reviews"
    KNOWLEDGE = "knowledge"
    TRANSMISSION = "transmission"


class LengthUnit(StrEnum):
    """What a network counts when it measures a text."""

    GRAPHEMES = "graphemes"
    CHARACTERS = "characters"
    WEIGHTED = "weighted"


class AuthField(_Part):
    """One field of the connect form."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Localised
    help: Localised | None = None
    kind: Literal["text", "password", "url"] = "text"
    required: bool = True
    secret: bool = False
    default: str = ""
    placeholder: str = ""


class Choice(_Part):
    """One value that an option can have."""

    value: str
    label: Localised


class Option(_Part):
    """Something that this network can be told with a post, shown by the composer.

    Its value reaches the adapter in `Outgoing.options` under its name, as text; `lines` is
    a text with one entry a line, a `flag` is "1" or missing, a `moment` is a date and time of
    the workspace unless it names its zone.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Localised
    help: Localised | None = None
    kind: Literal["text", "lines", "flag", "choice", "moment"] = "text"
    choices: tuple[Choice, ...] = ()
    default: str = ""
    max: int = Field(default=500, gt=0)


class TextLimits(_Part):
    """How long a text may be. `max` counts `unit`s; 0 means that there is no limit."""

    unit: LengthUnit
    max: int = Field(ge=0)
    max_bytes: int = Field(default=0, ge=0)
    thread_parts: int = Field(default=1, ge=1)


class MediaLimits(_Part):
    """What may be attached. `resizes` says that larger images are made to fit."""

    count: int = Field(ge=0)
    max_bytes: int = Field(ge=0)
    types: tuple[str, ...] = ()
    alt_max: int = Field(default=0, ge=0)
    max_width: int = Field(default=0, ge=0)
    max_height: int = Field(default=0, ge=0)
    resizes: bool = False


class Reconcile(StrEnum):
    """How to find out whether a delivery with an unclear outcome stands on the network."""

    KEY = "key"
    """It is asked for by a key that we chose."""
    READBACK = "readback"
    """The account's recent posts are read and compared."""
    PERSON = "person"
    """The network cannot be asked: a person looks."""


class Publishing(_Part):
    """How sending works on this network."""

    reconcile: Reconcile
    first_comment: bool = False
    """Whether a post can be answered by the account itself in the same delivery."""


class Scope(StrEnum):
    """Whose a rate limit is: all who share it draw from one budget."""

    ACCOUNT = "account"
    APP = "app"
    NETWORK = "network"


class RateLimit(_Part):
    """So many requests (or points) in so many seconds."""

    name: str
    amount: int = Field(gt=0)
    seconds: int = Field(gt=0)
    cost: int = Field(default=1, gt=0)
    """What one publication costs."""
    scope: Scope = Scope.ACCOUNT


class Scheme(_Part):
    """What one dated source says of this network (R012)."""

    name: str
    is_sns: bool
    source: str
    published: date
    note: Localised | None = None


class Taxonomy(_Part):
    """Where the network stands by default; each channel may say otherwise."""

    is_social_media: bool
    ownership: Literal["owned", "shared"]
    mic_2015: MicClass
    function_4: FunctionClass
    tie_model: TieModel
    sns_weight: float = Field(ge=0, le=1)
    schemes: tuple[Scheme, ...] = Field(min_length=1)


class Terms(_Part):
    """What the operator of the network asks of those who use its interface."""

    url: str = ""
    note: Localised


class Tier(StrEnum):
    """The rungs of the quality scale, lowest first."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


def _unique(names: object) -> object:
    if isinstance(names, list) and len({str(name) for name in names}) != len(names):
        raise ValueError("lists something twice")
    return names


class Manifest(_Part):
    """Everything about a kind of channel that the rest of the product may ask."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Localised
    description: Localised
    owner: str = Field(min_length=1)
    docs: str = Field(min_length=1)
    home: str = ""
    icon: str = Field(default="world", pattern=r"^[a-z0-9-]+$")
    """A name of the icon set of the pages."""
    checked: date
    api_version: str
    live_server: str
    quality: Tier
    poll_seconds: int = Field(ge=0)
    capabilities: Annotated[frozenset[Capability], BeforeValidator(_unique)]
    scopes: dict[Capability, tuple[str, ...]] = Field(default_factory=dict)
    default_service: str = ""
    oauth: bool = False
    """Whether one connects by signing in on the network's own site; see `Authorises`."""
    fields: tuple[AuthField, ...] = ()
    options: tuple[Option, ...] = ()
    text: TextLimits | None = None
    media: MediaLimits | None = None
    publishing: Publishing | None = None
    rate_limits: tuple[RateLimit, ...] = ()
    languages_max: int = Field(default=0, ge=0)
    taxonomy: Taxonomy
    terms: Terms

    @model_validator(mode="after")
    def _consistent(self) -> Manifest:
        publishes = Capability.PUBLISH in self.capabilities
        if publishes and (self.text is None or self.media is None or self.publishing is None):
            raise ValueError("an adapter that publishes declares [text], [media] and [publishing]")
        if extra := set(self.scopes) - set(self.capabilities):
            raise ValueError(f"scopes for undeclared capabilities: {sorted(extra)}")
        if Capability.REPLY in self.capabilities and not publishes:
            raise ValueError("replying is publishing: declare both")
        if self.publishing is not None and not publishes:
            raise ValueError("[publishing] is for adapters that publish")
        return self

    def supports(self, capability: Capability | str) -> bool:
        """Whether channels of this kind can do something."""
        return capability in self.capabilities

    @property
    def secret_names(self) -> frozenset[str]:
        """The fields that must never be shown again."""
        return frozenset(field.name for field in self.fields if field.secret)


def load(folder: Path) -> Manifest:
    """Read and check the manifest in an adapter's folder; its id is the folder's name."""
    path = folder / FILE_NAME
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ManifestError(f"{path}: there is no manifest") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: {error}") from error
    except ValidationError as error:
        raise ManifestError(f"{path}: {_explained(error)}") from error
    if manifest.id != folder.name:
        raise ManifestError(f"{path}: id: is {manifest.id!r}, the folder is {folder.name!r}")
    return manifest


def _explained(error: ValidationError) -> str:
    problems = [
        f"{'.'.join(str(step) for step in problem['loc']) or 'manifest'}: {problem['msg']}"
        for problem in error.errors(include_url=False)
    ]
    return "; ".join(problems)

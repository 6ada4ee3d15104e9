"""Who may do what: the one table, and the actor that every action takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.kernel.errors import NotAllowedError
from enishi.kernel.functions import Function


class Role(StrEnum):
    """What a member is to a workspace (R056)."""

    OWNER = "owner"
    MANAGER = "manager"
    CREATOR = "creator"
    RESPONDER = "responder"
    ANALYST = "analyst"
    AGENCY = "agency"
    CLIENT_APPROVER = "client_approver"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """A thing that can be allowed; also the scopes of API tokens."""

    WORKSPACE_VIEW = "workspace.view"
    WORKSPACE_MANAGE = "workspace.manage"
    MEMBERS_MANAGE = "members.manage"
    TOKENS_MANAGE = "tokens.manage"
    WEBHOOKS_MANAGE = "webhooks.manage"
    CHANNELS_VIEW = "channels.view"
    CHANNELS_MANAGE = "channels.manage"
    POSTS_VIEW = "posts.view"
    POSTS_EDIT = "posts.edit"
    POSTS_PUBLISH = "posts.publish"
    POSTS_APPROVE = "posts.approve"
    INBOX_VIEW = "inbox.view"
    INBOX_REPLY = "inbox.reply"
    INBOX_MANAGE = "inbox.manage"
    STRATEGY_VIEW = "strategy.view"
    STRATEGY_EDIT = "strategy.edit"
    REPORTS_EDIT = "reports.edit"
    STRATEGY_APPROVE = "strategy.approve"
    WORK_LOG = "work.log"
    LOG_VIEW = "log.view"
    LOG_WRITE = "log.write"
    LOG_ERASE = "log.erase"
    IMPORTS_RUN = "imports.run"


_P = Permission
_READ = frozenset(
    {
        _P.WORKSPACE_VIEW,
        _P.CHANNELS_VIEW,
        _P.POSTS_VIEW,
        _P.INBOX_VIEW,
        _P.STRATEGY_VIEW,
        _P.LOG_VIEW,
    }
)
_EVERYTHING = frozenset(Permission)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.MANAGER: _EVERYTHING - {_P.WORKSPACE_MANAGE, _P.LOG_ERASE},
    Role.CREATOR: _READ | {_P.POSTS_EDIT, _P.WORK_LOG},
    Role.RESPONDER: _READ - {_P.STRATEGY_VIEW, _P.LOG_VIEW}
    | {_P.INBOX_REPLY, _P.INBOX_MANAGE, _P.WORK_LOG},
    Role.ANALYST: _READ | {_P.STRATEGY_EDIT, _P.REPORTS_EDIT, _P.IMPORTS_RUN, _P.WORK_LOG},
    Role.AGENCY: _READ
    | {
        _P.POSTS_EDIT,
        _P.POSTS_PUBLISH,
        _P.INBOX_REPLY,
        _P.INBOX_MANAGE,
        _P.STRATEGY_EDIT,
        _P.REPORTS_EDIT,
        _P.WORK_LOG,
    },
    Role.CLIENT_APPROVER: frozenset({_P.WORKSPACE_VIEW, _P.POSTS_VIEW, _P.POSTS_APPROVE}),
    Role.AUDITOR: _READ,
}


_WHOLE_COMPANY = frozenset(
    {
        _P.WORKSPACE_MANAGE,
        _P.MEMBERS_MANAGE,
        _P.TOKENS_MANAGE,
        _P.WEBHOOKS_MANAGE,
        _P.LOG_VIEW,
        _P.LOG_WRITE,
        _P.LOG_ERASE,
        _P.IMPORTS_RUN,
    }
)
"""What shows or changes the whole company: whoever is confined to functions has none of it."""


class Via(StrEnum):
    """The surface through which an actor acts."""

    HTML = "html"
    API = "api"
    CLI = "cli"
    MCP = "mcp"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a workspace, acting through a surface.

    `scopes` narrows the role's permissions (API tokens); None leaves them whole. `functions`
    confines to what serves these parts of the company (R028); none leaves the whole company.
    """

    workspace_id: UUID
    role: Role
    via: Via
    user_id: UUID | None = None
    name: str = ""
    scopes: frozenset[Permission] | None = None
    functions: frozenset[Function] = frozenset()

    @classmethod
    def system(cls, workspace_id: UUID) -> Actor:
        """Enishi itself, in the worker."""
        return cls(workspace_id=workspace_id, role=Role.OWNER, via=Via.SYSTEM, name="Enishi")

    def can(self, permission: Permission) -> bool:
        if self.scopes is not None and permission not in self.scopes:
            return False
        if self.functions and permission in _WHOLE_COMPANY:
            return False
        return permission in ROLE_PERMISSIONS[self.role]

    def serves(self, functions: Collection[str]) -> bool:
        """Whether what belongs to some functions (none: to everybody) is the actor's to see."""
        return not self.functions or not functions or not self.functions.isdisjoint(functions)

    def require_function(self, *functions: str) -> None:
        """Raise NotAllowedError unless the actor serves one of the functions; none: all of them."""
        if self.functions and not (functions and self.serves(functions)):
            raise NotAllowedError(
                _("This belongs to another function of the company than yours."),
                remedy=_("Ask an owner or manager of the workspace."),
            )

    def require(self, permission: Permission) -> None:
        """Raise NotAllowedError unless the actor has the permission."""
        if not self.can(permission):
            raise NotAllowedError(
                _("Your role does not allow this (%(permission)s).") % {"permission": permission},
                remedy=_("Ask an owner or manager of the workspace."),
            )

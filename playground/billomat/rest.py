"""The account as a program sees it: one HTTP request in, one answer out, with Billomat's habits and no web framework.

Whoever does not ask for JSON gets XML; every answer says what is left of the quota.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playground.billomat import wire
from playground.billomat.account import Account
from playground.billomat.fields import Fields, Refusal
from playground.billomat.lists import RESOURCES, page_of
from playground.billomat.quota import Left
from playground.billomat.records import Level, User

_LEVELS: tuple[Level, ...] = ("", "READ", "CREATE", "UPDATE", "DELETE")
_NEEDED: dict[str, Level] = {"GET": "READ", "HEAD": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: `path` is what follows /api/, header names are lower case, `query` is decoded."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Result:
    """What was done: `content` has one key, the root element; None is an empty body."""

    status: int
    content: Mapping[str, Any] | None
    total: int | None = None


def answer(account: Account, request: Request) -> Answer:
    """Do what the request asks, if it may, and say so the way Billomat does."""
    left = account.quota.take(_app_of(request))
    if left.exceeded:
        return _written(request, _refused(Refusal(429, left.sentence)), left)
    try:
        result = _done(account, request)
    except Refusal as refusal:
        result = _refused(refusal)
    return _written(request, result, left)


def over_quota(account: Account, request: Request) -> Answer:
    """The answer to one who asked too often, whatever the count says."""
    left = account.quota.take(_app_of(request))
    return _written(request, _refused(Refusal(429, left.sentence)), left)


def _app_of(request: Request) -> str:
    return request.headers.get("x-appid", "") if request.headers.get("x-appsecret") else ""


def _done(account: Account, request: Request) -> _Result:
    user = account.user_of(request.headers.get("x-billomatapikey") or request.query.get("api_key", ""))
    if user is None:
        raise Refusal(401, "Unauthorized")
    parts = request.path.strip("/").split("/")
    resource = RESOURCES.get(parts[0])
    if resource and resource.right:
        has = user.rights.get(resource.right, "")
        if _LEVELS.index(has) < _LEVELS.index(_NEEDED[request.method]):
            raise Refusal(403, "Forbidden: the rights of this user do not allow it")
    if request.method in ("GET", "HEAD"):
        return _read(account, user, parts, request)
    if parts[0] == "invoices":
        return _write_invoice(account, user, request.method, parts[1:], request)
    raise Refusal(404, "Resource not found")


def _read(account: Account, user: User, parts: list[str], request: Request) -> _Result:
    resource = RESOURCES.get(parts[0])
    match parts[1:]:
        case [] if parts == ["settings"]:
            return _Result(200, {"settings": wire.shown(account.settings)})
        case ["myself"] if parts[0] == "users":
            return _Result(200, {"user": wire.shown(user)})
        case ["myself"] if parts[0] == "clients":
            return _Result(200, {"client": wire.own_account(account)})
        case [] if resource:
            content, total = page_of(account, resource, request.query)
            return _Result(200, content, total)
        case [record_id] if resource and resource.parent is None:
            record = account.get(resource.kind, _id(record_id))
            return _Result(200, {resource.one: resource.show(account, record)})
    raise Refusal(404, "Resource not found")


def _write_invoice(account: Account, user: User, method: str, rest: list[str], request: Request) -> _Result:
    match (method, *rest):
        case ("POST",):
            invoice = account.create_invoice(_sent(request, "invoice"), user)
            # a real null, and only in this answer: so it was recorded
            return _Result(201, {"invoice": wire.show_invoice(account, invoice) | {"discount_amount": None}})
        case ("PUT", record_id):
            invoice = account.edit_invoice(_id(record_id), _sent(request, "invoice"))
            return _Result(200, {"invoice": wire.show_invoice(account, invoice)})
        case ("DELETE", record_id):
            account.delete_draft(_id(record_id))
        case ("PUT", record_id, "complete"):
            account.complete(_id(record_id), _sent(request, "complete"), user)
        case ("PUT", record_id, "cancel"):
            _json(request)
            account.cancel(_id(record_id), user)
        case ("PUT", record_id, "uncancel"):
            _json(request)
            account.uncancel(_id(record_id))
        case _:
            raise Refusal(404, "Resource not found")
    return _Result(200, None)


def _id(written: str) -> int:
    if not written.isascii() or not written.isdigit():
        raise Refusal(404, "Resource not found")
    return int(written)


def _json(request: Request) -> Fields:
    """The body. Without a JSON content type it would be taken as XML, which the playground does not read."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    try:
        body = json.loads(request.body, parse_float=Decimal) if media_type == "application/json" else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "error while reading input data")
    return body


def _sent(request: Request, root: str) -> Fields:
    fields_sent = _json(request).get(root) or {}
    if not isinstance(fields_sent, dict):
        raise Refusal(400, "error while reading input data")
    return fields_sent


def _refused(refusal: Refusal) -> _Result:
    sentences = list(refusal.sentences)
    return _Result(refusal.status, {"errors": {"error": sentences if len(sentences) > 1 else sentences[0]}})


def _written(request: Request, result: _Result, left: Left) -> Answer:
    headers = {"X-Rate-Limit-Remaining": str(left.remaining), "X-Rate-Limit-Reset": str(left.reset)}
    if result.total is not None:
        headers["X-Total-Count"] = str(result.total)
    if result.content is None or request.method == "HEAD":
        return Answer(result.status, b"", headers | {"Content-Type": "text/html; charset=utf-8"})
    if "application/json" in request.headers.get("accept", "") or request.query.get("format") == "json":
        return Answer(result.status, wire.as_json(result.content), headers | {"Content-Type": "application/json"})
    xml = {"Content-Type": "application/xml; charset=utf-8"}
    return Answer(result.status, wire.as_xml(result.content), headers | xml)

"""Who may ask, and what a browser may do with an answer.

A page elsewhere can make a browser send requests here. It cannot choose the Host header, read the
answers or set headers of its own: so the host is checked, changes need this server's key in a
header, and nothing may be embedded or loaded from anywhere else.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.settings import Settings

KEY_HEADER = "X-CMR-Key"
HARMLESS = frozenset({"GET", "HEAD"})
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def install_guards(app: Flask, settings: Settings, key: str) -> None:
    """Checks every request before anything else happens, and gives every answer its headers."""

    @app.before_request
    def check() -> Response | None:
        check_host(request.host, settings.allowed_hosts)
        if settings.password is not None and not knows_password(request, settings.password):
            return _ask_for_password()
        if request.method not in HARMLESS:
            check_sender(request, key)
        return None

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def check_host(host: str, allowed: frozenset[str]) -> None:
    """Refuses a request for another host, as of a foreign name that points to this computer.

    Raises:
        RefusedError: if the host is not one of the allowed names.
    """
    if host_name(host) not in allowed:
        raise RefusedError(
            "This server does not answer to that host name; start it with --name to allow one.",
            HTTPStatus.MISDIRECTED_REQUEST,
        )


def host_name(host: str) -> str:
    """The name in `name:port` or `[address]:port`; empty if it is neither."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def check_sender(asked: Request, key: str) -> None:
    """Refuses a change that this server's own page did not ask for.

    Raises:
        RefusedError: if the origin is foreign or the key is missing or wrong.
    """
    origin = asked.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != asked.host.lower():
        raise RefusedError("Another site's page asked for this.", HTTPStatus.FORBIDDEN)
    given = asked.headers.get(KEY_HEADER, "")
    if not hmac.compare_digest(given.encode(), key.encode()):
        raise RefusedError(
            "The server was started anew; load the page again.", HTTPStatus.FORBIDDEN
        )


def knows_password(asked: Request, password: str) -> bool:
    """Whether the request carries the password (HTTP Basic, any user name)."""
    given = asked.authorization.password if asked.authorization is not None else None
    return hmac.compare_digest((given or "").encode(), password.encode())


def _ask_for_password() -> Response:
    return Response(
        "A password is needed.",
        HTTPStatus.UNAUTHORIZED,
        {"WWW-Authenticate": 'Basic realm="CMRSegmentation", charset="UTF-8"'},
    )

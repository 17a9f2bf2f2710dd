"""What the bot talks to, as a process of its own: a Slack that says yes at once, and the playground's Billomat.

`/counts` tells how often each address was asked.
"""

import sys
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from playground.billomat import http, seed
from playground.billomat.account import Account
from playground.billomat.quota import Quota
from playground.billomat.records import Article

CLIENTS = 1200
ARTICLES = 150
BILLOMAT_ID = "bench"


def furnished() -> Account:
    """An account with exactly so many live clients and articles, in which nobody counts calls."""
    account = Account(BILLOMAT_ID, _now)
    account.quota = Quota(_now, unregistered=10**9)
    seed.furnish(account)
    seed.many(account, CLIENTS)
    for number in range(1, ARTICLES + 1):
        account.add(Article, number=number, title=f"Article {number:03}", sales_price=Decimal(50 + number))
    return account


def app() -> Starlette:
    """Both services and their counts."""
    counts: Counter[str] = Counter()

    async def slack(request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "channel": {"id": "D0BENCH"}, "ts": "1.0"} | _changed(request))

    async def tell(_request: Request) -> JSONResponse:
        return JSONResponse(counts)

    routes = [
        Route("/counts", tell),
        Route("/slack/api/{method}", slack, methods=["GET", "POST"]),
        Mount("/billomat", routes=http.routes(furnished())),
    ]
    served = Starlette(routes=routes)

    class Counting:
        """Counts a request when it was answered."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await served(scope, receive, send)
            counts[scope["path"]] += 1

    return Counting()  # type: ignore[return-value]


def _changed(request: Request) -> dict[str, Any]:
    return {"channel": "D0BENCH"} if request.path_params["method"].startswith("chat.") else {}


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    uvicorn.run(app(), port=int(sys.argv[1]), log_level="error", lifespan="off")

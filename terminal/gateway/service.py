"""What the gateway says over HTTP (ASGI): `POST /eligibility` and `GET /health`.

Law: an outage is told by 502, 503 or 504, on which a kiosk may fall back on what it kept; whatever else went wrong,
such as a certificate that the service refuses, by 424, on which it may not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from terminal.eligibility.untrusted_xml import MOST_BYTES
from terminal.gateway.gateway import Gateway, NotTakenError
from terminal.problems import Problem, TerminalError

PATH, HEALTH_PATH = "/eligibility", "/health"
BODY_SECONDS = 5.0
HEALTH_SECONDS = 2.0
MOST_KEY_CHARACTERS = 200

_STATUSES = {
    Problem.LINE_DOWN: HTTPStatus.SERVICE_UNAVAILABLE,
    Problem.SERVICE_BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Problem.STORE_UNREADABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Problem.SERVICE_SILENT: HTTPStatus.GATEWAY_TIMEOUT,
    Problem.SERVICE_UNREADABLE: HTTPStatus.BAD_GATEWAY,
}

_Endpoint = Callable[[Request], Awaitable[Response]]


def service(gateway: Gateway, answer_seconds: float) -> Starlette:
    """The ASGI application. `scope["state"]["terminal"]` must be the name in the kiosk's certificate."""
    return Starlette(
        routes=[
            Route(PATH, _eligibility(gateway, answer_seconds), methods=["POST"]),
            Route(HEALTH_PATH, _health(gateway), methods=["GET"]),
        ]
    )


def _eligibility(gateway: Gateway, answer_seconds: float) -> _Endpoint:
    async def answer(request: Request) -> Response:
        terminal, key = request.state.terminal, request.headers.get("idempotency-key", "")
        if not terminal:
            return Response(status_code=HTTPStatus.FORBIDDEN)
        if not 0 < len(key) <= MOST_KEY_CHARACTERS:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                message = await _body(request)
            future = asyncio.wrap_future(gateway.submit(terminal, key, message))
            async with asyncio.timeout(answer_seconds):
                return Response(await asyncio.shield(future), media_type="application/xml")
        except NotTakenError as refusal:
            return Response(status_code=refusal.status)
        except TerminalError as error:
            return _failed(error.problem)
        except TimeoutError:
            return _failed(Problem.SERVICE_SILENT)  # it goes on, and the answer is there when the kiosk asks again

    return answer


def _health(gateway: Gateway) -> _Endpoint:
    async def report(_: Request) -> Response:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                health = await asyncio.wrap_future(gateway.health())
        except (TerminalError, TimeoutError):
            return JSONResponse({"ready": False}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse(
            {
                "ready": True,
                "unanswered": health.unanswered,
                "oldest_seconds": health.oldest_seconds,
                "latest_problem": health.latest_problem,
            }
        )

    return report


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotTakenError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def _failed(problem: Problem) -> Response:
    return PlainTextResponse(problem, _STATUSES.get(problem, HTTPStatus.FAILED_DEPENDENCY))

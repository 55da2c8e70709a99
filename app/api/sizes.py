"""How large a request may be: a body is counted as it arrives, and one that is larger is refused before it is held in memory."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 2**18                        # bytes: a query of 20,000 characters, each escaped, with its parameters


class BoundedBodies:
    """An application that reads at most so many bytes of a body."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                # the rest is not read, so that nothing more can be asked over this connection
                raise HTTPException(413, f"the body has more than {self._largest:,} bytes", {"Connection": "close"})
            return message

        await self._app(scope, bounded, send)

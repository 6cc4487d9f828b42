"""The service on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from signaling.service import SignalingService


@asynccontextmanager
async def serving(service: SignalingService) -> AsyncIterator[str]:
    """Serve on a free loopback port; yields the WebSocket's address."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        service.mounts["/signaling"], lifespan="off", ws="websockets-sansio", log_config=None
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    try:
        yield f"ws://127.0.0.1:{port}/signaling"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
        listener.close()

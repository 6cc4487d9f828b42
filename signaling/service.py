"""Signalling as a service: one WebSocket at `/signaling` per participant; no tables."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from runtime.service import Machine
from signaling.registry import Registry
from signaling.settings import SignalingSettings
from signaling.socket import Socket
from signaling.tickets import TicketGate

PATH = "/signaling"


class SignalingService:
    """Hosts the rooms of this process."""

    name = "signaling"

    def __init__(self, machine: Machine, settings: SignalingSettings) -> None:
        self._machine = machine
        self._settings = settings
        self._registry = Registry(machine.bus, machine.clock, settings)
        self._gate = TicketGate(machine.bus, machine.clock, settings)
        app = Starlette(routes=[WebSocketRoute(PATH, self._serve)])
        self.mounts: Mapping[str, ASGIApp] = {PATH: app}

    def running(self) -> AbstractAsyncContextManager[None]:
        """Let time pass in the rooms; on exit every client is told to come back."""
        return self._registry.running()

    async def ready(self) -> None:
        """Nothing has to be waited for: what a join needs is asked when it comes."""

    async def _serve(self, websocket: WebSocket) -> None:
        socket = Socket(
            websocket,
            registry=self._registry,
            gate=self._gate,
            clock=self._machine.clock,
            settings=self._settings,
        )
        await socket.serve()


async def build(machine: Machine, settings: SignalingSettings) -> SignalingService:
    """Build the service from what the process has."""
    return SignalingService(machine, settings)

"""A line that loses packets: a UDP proxy before the relay, with a seed so that it always loses the same."""

import asyncio
import random


class LossyLink(asyncio.DatagramProtocol):
    """Passes datagrams on between browsers and the relay, but loses a share of the media."""

    def __init__(self, relay_port: int, *, loss: float, seed: int) -> None:
        self.lost = 0
        self._relay_port = relay_port
        self._loss = loss
        self._random = random.Random(seed)
        self._onward: dict[tuple, asyncio.Task] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def port(self) -> int:
        return self._transport.get_extra_info("sockname")[1]

    def through(self, sdp: str) -> str:
        """Return the relay's description with this link in place of its port, and no other way."""
        lines = [line for line in sdp.split("\r\n") if " tcp " not in line]
        return "\r\n".join(lines).replace(f" {self._relay_port} typ host", f" {self.port} typ host")

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, data, address) -> None:
        if address not in self._onward:
            loop = asyncio.get_running_loop()
            self._onward[address] = loop.create_task(
                loop.create_datagram_endpoint(
                    lambda: _Onward(self, address), remote_addr=("127.0.0.1", self._relay_port)
                )
            )
        if not self._loses(data):
            self._onward[address].add_done_callback(lambda task: task.result()[0].sendto(data))

    def back(self, data, address) -> None:
        if not self._loses(data):
            self._transport.sendto(data, address)

    def _loses(self, data) -> bool:
        if data[0] < 128 or self._random.random() >= self._loss:
            return False
        self.lost += 1
        return True

    def close(self) -> None:
        self._transport.close()
        for task in self._onward.values():
            task.result()[0].close()


class _Onward(asyncio.DatagramProtocol):
    def __init__(self, link, address) -> None:
        self._link, self._address = link, address

    def datagram_received(self, data, address) -> None:
        self._link.back(data, self._address)

"""What forwarding costs: processor time per forwarded packet, and the time to a newcomer's first key frame.

    python -m benchmarks.relay [--json]

One publisher sends VP8 packets of 1,100 bytes to 1, 3 and 8 subscribers, through our relay (AEAD_AES_128_GCM)
and through Debian's Janus VideoRoom (which as built by Debian has AES_CM_128_HMAC_SHA1_80 only), in turns, on
one machine. A server's cost is the processor time of all its threads divided by the packets that the
subscribers got. Both run ICE-lite on the same address; the simulated browsers run in this process.
"""

import argparse
import json
import secrets
import socket
import statistics
import threading
import time
from collections.abc import Mapping

from benchmarks.relay_load.endpoint import Endpoint, Identity, LoadError, publisher_offer, subscriber_answer
from benchmarks.relay_load.subjects import Janus, OurRelay, Subject
from media.rtp import packet

RATES = {1: 3000, 3: 2000, 8: 1000}
"""Packets a second that the publisher sends, by the number of subscribers."""

PACKET_BYTES = 1100
WINDOW_S = 2.0
ROUNDS = 3
JOINS = 5
_KEY_FRAME = b"\x10\x10\x00\x00\x9d\x01\x2a\x80\x02\xe0\x01"
_DELTA_FRAME = b"\x10\x11\x00\x00"


class Room:
    """One publisher and its subscribers on one server."""

    def __init__(self, subject: Subject, host: str, identity: Identity, name: str, subscribers: int) -> None:
        self.subject = subject
        self._host, self._identity, self._name = host, identity, name
        self._ssrc = secrets.randbits(32)
        self._sequence = 0
        self.publisher = Endpoint(identity, host)
        self.publisher.connect(subject.publish(name, publisher_offer(self.publisher, self._ssrc)))
        self.subscribers = [self._join(f"{name}-{number}") for number in range(subscribers)]
        self._send(key=True)

    def _join(self, participant: str) -> Endpoint:
        endpoint = Endpoint(self._identity, self._host)
        offer = self.subject.subscribe(self._name, participant)
        self.subject.accept(participant, subscriber_answer(endpoint, offer))
        endpoint.connect(offer)
        return endpoint

    def _send(self, *, key: bool = False) -> None:
        """Send a packet that is a picture of its own."""
        self._sequence += 1
        head = packet.header(
            marker=1,
            payload_type=96,
            sequence=self._sequence,
            timestamp=self._sequence * 45,
            ssrc=self._ssrc,
            extended=False,
        )
        self.publisher.send((head + (_KEY_FRAME if key else _DELTA_FRAME)).ljust(PACKET_BYTES, b"\x55"))

    def cost_us(self, rate: int) -> float:
        """Return the server's processor microseconds per forwarded packet over one window."""
        for endpoint in (self.publisher, *self.subscribers):
            endpoint.check()
        for _ in range(50):
            self._send(key=True)
            time.sleep(0.002)
        for endpoint in self.subscribers:
            endpoint.drain()
        before, began, sent, got = self.subject.cpu_s(), time.perf_counter(), 0, 0
        while (elapsed := time.perf_counter() - began) < WINDOW_S:
            while sent < elapsed * rate:
                self._send(key=self._sequence % 500 == 0)
                sent += 1
            got += sum(endpoint.drain() for endpoint in self.subscribers)
            time.sleep(0.001)
        time.sleep(0.05)
        got += sum(endpoint.drain() for endpoint in self.subscribers)
        if got < 0.5 * sent * len(self.subscribers):
            raise LoadError(f"only {got} of {sent * len(self.subscribers)} packets came through")
        return (self.subject.cpu_s() - before) / got * 1e6

    def join_ms(self) -> float:
        """Return the milliseconds from a newcomer's request to the first packet of a key frame.

        The publisher sends 30 pictures a second, a key frame when it is asked for one.
        """
        ended = threading.Event()
        sender = threading.Thread(target=self._send_pictures, args=(ended,))
        sender.start()
        try:
            began = time.perf_counter()
            newcomer = self._join(f"newcomer-{secrets.token_hex(4)}")
            while not newcomer.has_key_frame():
                if time.perf_counter() - began > 10:
                    raise LoadError("no key frame came")
                time.sleep(0.001)
            return (time.perf_counter() - began) * 1000
        finally:
            ended.set()
            sender.join()

    def _send_pictures(self, ended: threading.Event) -> None:
        while not ended.wait(1 / 30):
            self._send(key=self.publisher.wants_picture())
            for _ in range(2):
                self._send()


def _own_address() -> str:
    """Return this machine's address towards others; no datagram is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.254", 9))
        return probe.getsockname()[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def measure() -> dict[str, object]:
    """Run the workload; return the object that `--json` prints.

    Raises:
        LoadError: Janus is missing, or a server lets too many packets fall.
    """
    version = Janus.version()
    if version is None:
        raise LoadError("the peer is missing: apt-get install janus")
    host, identity = _own_address(), Identity()
    subjects: dict[str, Subject] = {}
    try:
        subjects["ours"] = OurRelay(host)
        subjects["janus"] = Janus(host, _free_port())
        metrics: dict[str, float] = {}
        for count, rate in RATES.items():
            rooms = {name: Room(one, host, identity, f"n{count}", count) for name, one in subjects.items()}
            costs = {name: [0.0] for name in rooms}
            for name, room in ((name, room) for _ in range(ROUNDS) for name, room in rooms.items()):
                costs[name].append(room.cost_us(rate))
            found = {name: statistics.median(cost[1:]) for name, cost in costs.items()}
            metrics |= _pair(f"cpu_us_per_packet_n{count}", found)
        joins = {name: Room(one, host, identity, "joins", 0) for name, one in subjects.items()}
        times: dict[str, list[float]] = {name: [] for name in joins}
        for name, room in ((name, room) for _ in range(JOINS) for name, room in joins.items()):
            times[name].append(room.join_ms())
        metrics |= _pair(
            "join_to_first_frame_ms", {name: statistics.median(all_) for name, all_ in times.items()}
        )
    finally:
        for subject in subjects.values():
            subject.stop()
    return {
        "workload": f"relay: one publisher, packets of {PACKET_BYTES} B, to 1, 3 and 8 subscribers",
        "peer": {"name": "Janus VideoRoom (Debian)", "version": version},
        "metrics": metrics,
    }


def _pair(name: str, found: Mapping[str, float]) -> dict[str, float]:
    return {
        name: round(found["ours"], 2),
        f"{name}_peer": round(found["janus"], 2),
        f"{name}_ratio": round(found["ours"] / found["janus"], 3),
    }


def main() -> None:
    """Print the result, as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result = measure()
    if arguments.json:
        print(json.dumps(result))
        return
    print(result["workload"], "against", result["peer"])
    metrics = result["metrics"]
    if isinstance(metrics, dict):
        for name, value in metrics.items():
            print(f"{name:36} {value:10}")


if __name__ == "__main__":
    main()

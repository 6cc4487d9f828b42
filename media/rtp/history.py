"""The last packets of a source, by 64-bit index: for retransmission, and for the newcomer's first picture."""

from media.rtp.packet import RtpPacket


class History:
    """A ring of received packets. A slot is overwritten by the packet `capacity` later."""

    __slots__ = ("_indexes", "_mask", "_packets", "capacity")

    def __init__(self, capacity: int) -> None:
        """Make room for `capacity` packets, a power of two."""
        if capacity & (capacity - 1) or capacity <= 0:
            raise ValueError("capacity is not a power of two")
        self.capacity = capacity
        self._mask = capacity - 1
        self._indexes = [-1] * capacity
        self._packets: list[RtpPacket | None] = [None] * capacity

    def put(self, index: int, packet: RtpPacket) -> bool:
        """Keep the packet; False when that index, or a later one in its slot, is there already."""
        slot = index & self._mask
        if self._indexes[slot] >= index:
            return False
        self._indexes[slot] = index
        self._packets[slot] = packet
        return True

    def get(self, index: int) -> RtpPacket | None:
        """Return the packet of that index while it is kept."""
        slot = index & self._mask
        return self._packets[slot] if self._indexes[slot] == index else None

    def clear(self) -> None:
        """Forget everything: the source has been replaced."""
        self._indexes = [-1] * self.capacity
        self._packets = [None] * self.capacity

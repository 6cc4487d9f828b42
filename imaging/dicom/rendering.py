"""Turns a decoded frame into an 8-bit picture (PS3.3 §C.7.6.3, §C.11.1, §C.11.2; PS3.18 §10.4.1.1.8)."""

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.dicom.pixels import Pixels
from imaging.dicom.scanner import Items
from imaging.dicom.values import Header

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A VOI window; `function` as (0028,1056) names it."""

    center: float
    width: float
    function: str = "LINEAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is asked of a rendering. `size` is the box to fit into (width, height), None for full size."""

    window: Window | None = None
    size: tuple[int, int] | None = None
    quality: int = 90
    format: Literal["JPEG", "PNG"] = "JPEG"


def render(pixels: Pixels, header: Header, photometric: str, view: View) -> bytes:
    """Encode a frame as JPEG or PNG. `photometric` is that of `pixels`, decoded."""
    image = Image.fromarray(_picture(pixels, header, photometric, view))
    if view.size is not None:
        scale = min(view.size[0] / image.width, view.size[1] / image.height)
        size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
        image = image.resize(size, Image.Resampling.BILINEAR if scale > 0.5 else Image.Resampling.BOX)
    out = io.BytesIO()
    if view.format == "PNG":
        image.save(out, "PNG", compress_level=3)
    else:
        image.save(out, "JPEG", quality=view.quality)
    return out.getvalue()


def _picture(pixels: Pixels, header: Header, photometric: str, view: View) -> Picture:
    if photometric == "PALETTE COLOR":
        return _palette(pixels, header)
    if pixels.ndim == 3:
        return _colour(pixels, photometric)
    values = _modality(pixels, header)
    shown = _voi(values, header, view.window)
    return 255 - shown if photometric == "MONOCHROME1" else shown


def _colour(pixels: Pixels, photometric: str) -> Picture:
    scaled = pixels.astype(np.float64) / (2.0 ** max(pixels.dtype.itemsize * 8 - 8, 0))
    if photometric == "YBR_FULL":
        scaled = _to_rgb(scaled)
    return np.clip(scaled, 0, 255).astype(np.uint8)


def _to_rgb(ybr: Floats) -> Floats:
    """PS3.3 §C.7.6.3.1.2, inverted."""
    y, cb, cr = ybr[..., 0], ybr[..., 1] - 128, ybr[..., 2] - 128
    return np.stack((y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb), axis=-1)


def _modality(pixels: Pixels, header: Header) -> Floats:
    """Apply the Modality LUT (PS3.3 §C.11.1)."""
    for item in header.items(0x00283000):
        table = _lut(header, item, 0x00283002, 0x00283006)
        if table is not None:
            return _look_up(pixels.astype(np.float64), *table)
    slope, intercept = header.number(0x00281053), header.number(0x00281052)
    values = pixels.astype(np.float64)
    return values * (1.0 if slope is None or slope == 0 else slope) + (intercept or 0.0)


def _voi(values: Floats, header: Header, window: Window | None) -> Picture:
    """Apply the window asked for, else the file's own VOI LUT or window, else the range of values."""
    if window is None:
        for item in header.items(0x00283010):
            table = _lut(header, item, 0x00283002, 0x00283006)
            if table is not None:
                shown = _look_up(values, *table)
                return _scale(shown, 0.0, float(max(table[1].max(), 1.0)))
        window = _own_window(header)
    if window is None:
        return _scale(values, float(values.min()), float(values.max()))
    return _windowed(values, window)


def _own_window(header: Header) -> Window | None:
    center, width = header.number(0x00281050), header.number(0x00281051)
    if center is None or width is None or width <= 0:
        return None
    return Window(center=center, width=width, function=header.text(0x00281056) or "LINEAR")


def _windowed(values: Floats, window: Window) -> Picture:
    """PS3.3 §C.11.2.1.2.1, §C.11.2.1.3.1 and §C.11.2.1.3.2."""
    if window.function == "SIGMOID":
        exponent = np.clip(-4.0 * (values - window.center) / window.width, -60.0, 60.0)
        return np.asarray(255.0 / (1.0 + np.exp(exponent)), dtype=np.uint8)
    center, width = window.center, window.width
    if window.function != "LINEAR_EXACT":
        center, width = center - 0.5, max(width - 1.0, 1e-9)
    return _scale(values, center - width / 2, center + width / 2)


def _scale(values: Floats, low: float, high: float) -> Picture:
    span = high - low
    if span <= 0:
        return np.zeros(values.shape, np.uint8)
    return np.clip((values - low) * (255.0 / span), 0, 255).astype(np.uint8)


def _lut(header: Header, item: Items, descriptor_tag: int, data_tag: int) -> tuple[float, Floats] | None:
    """Read a lookup table (PS3.3 §C.11.1.1): its first mapped value and its entries."""
    descriptor, data = item.get(descriptor_tag), item.get(data_tag)
    if descriptor is None or data is None:
        return None
    order = ">" if header.big_endian else "<"
    if not isinstance(descriptor.value, memoryview) or not isinstance(data.value, memoryview):
        return None
    if len(descriptor.value) < 6 or not len(data.value):
        return None
    words = np.frombuffer(descriptor.value, f"{order}u2", count=3)
    first = float(words[1]) if not header.signed or words[1] < 32768 else float(words[1]) - 65536.0
    return first, _entries(data.value, int(words[0]) or 65536, order)


def _entries(data: memoryview, count: int, order: str) -> Floats:
    """Read entries of 16 bits, or of 8 when the data is that short (PS3.3 §C.11.1.1.1)."""
    if len(data) >= 2 * count:
        return np.frombuffer(data, f"{order}u2", count=count).astype(np.float64)
    return np.frombuffer(data, np.uint8)[:count].astype(np.float64)


def _look_up(values: Floats, first: float, entries: Floats) -> Floats:
    index = np.clip(values - first, 0, len(entries) - 1).astype(np.int64)
    return entries[index]


def _palette(pixels: Pixels, header: Header) -> Picture:
    """Look up palette colours (PS3.3 §C.7.6.3.1.5, §C.7.6.3.1.6)."""
    channels: list[Floats] = []
    for channel in range(3):
        table = _lut(header, header.elements, 0x00281101 + channel, 0x00281201 + channel)
        if table is None:
            return _scale(pixels.astype(np.float64), float(pixels.min()), float(max(pixels.max(), 1)))
        first, entries = table
        shown = _look_up(pixels.astype(np.float64), first, entries)
        channels.append(shown / 256.0 if entries.max() > 255 else shown)
    return np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8)

"""Decodes one frame to an array (PS3.5 §8, Annex A and G). Sizes are checked before anything is allocated."""

import struct
from collections.abc import Callable, Mapping

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from imaging.dicom.codestreams import Codestream, read_codestream
from imaging.dicom.encoding import native_word_bytes
from imaging.dicom.frames import PixelShape
from imaging.dicom.json_model import swap
from imaging.dicom.scanner import PIXEL_DATA
from imaging.dicom.transfer_syntaxes import TransferSyntax
from imaging.dicom.values import Header
from imaging.errors import cannot_render

Pixels = NDArray[np.generic]
"""Shape (rows, columns) or (rows, columns, samples), in the machine's byte order."""

_DECODER_ERRORS = (RuntimeError, ValueError, TypeError, OSError, MemoryError, struct.error, IndexError)
"""What decoders raise on damaged input; imagecodecs' own errors are RuntimeErrors."""

_CODECS: Mapping[str, Callable[[bytes], Pixels]] = {
    "jpeg-lossless": imagecodecs.ljpeg_decode,
    "jpeg-ls": imagecodecs.jpegls_decode,
    "jpeg-2000": imagecodecs.jpeg2k_decode,
    "htj2k": imagecodecs.htj2k_decode,
}


def decode_frame(data: bytes, syntax: TransferSyntax, shape: PixelShape, *, most_pixels: int) -> Pixels:
    """Decode a frame. Colour comes out as RGB where the codec transforms it, else as stored.

    Args:
        data: the frame's bytes; native ones in little endian.
        syntax: the file's transfer syntax.
        shape: the Image Pixel module.
        most_pixels: the most samples that may be allocated.

    Raises:
        DicomProblem: `pixels/too-large`, `pixels/incomplete`, `pixels/unsupported`, `pixels/damaged`.
    """
    if shape.samples_shown > most_pixels:
        raise cannot_render("too-large", "The image has more pixels than may be decoded here.")
    if not shape.rows or not shape.columns:
        raise cannot_render("absent", "The instance has no image.")
    try:
        if not syntax.codec:
            if syntax.encapsulated and not syntax.lossless:
                raise cannot_render("unsupported", "Frames in this transfer syntax can't be decoded here.")
            return native(data, shape)
        if syntax.codec == "rle":
            return _rle(data, shape)
        return _compressed(data, syntax, shape)
    except _DECODER_ERRORS as error:
        raise cannot_render("damaged", "The frame can't be decoded.") from error


def decoded_photometric(syntax: TransferSyntax, shape: PixelShape) -> str:
    """Return the photometric interpretation of what `decode_frame` returns."""
    if shape.samples != 3:
        return shape.photometric
    if syntax.codec == "jpeg":
        return "RGB"
    if syntax.codec in ("jpeg-2000", "htj2k") and shape.photometric in ("YBR_RCT", "YBR_ICT"):
        return "RGB"
    return "YBR_FULL" if shape.photometric == "YBR_FULL_422" else shape.photometric


def native_frame(header: Header, shape: PixelShape, number: int) -> bytes:
    """Cut native frame `number`, counted from 1, out of a file's pixel data, as little endian bytes.

    Words are turned whole, and frames of 1-bit pixels begin with a byte whatever they shared one with.

    Raises:
        DicomProblem: `pixels/absent`, `pixels/incomplete`.
    """
    element = header.elements.get(PIXEL_DATA)
    if element is None or not isinstance(element.value, memoryview):
        raise cannot_render("absent", "The instance has no native pixels.")
    first = (number - 1) * shape.frame_bits
    start, end = first // 8, (first + shape.frame_bits + 7) // 8
    word = native_word_bytes(element.vr, shape.bits_allocated, big_endian=header.big_endian)
    low, high = start // word * word, -(-end // word) * word
    if end > len(element.value):
        raise cannot_render("incomplete", "The frame's pixels are not all there.")
    piece = swap(element.value[low:high], "OB", word)[start - low : end - low]
    if shape.bits_allocated != 1:
        return piece
    bits = np.unpackbits(np.frombuffer(piece, np.uint8), bitorder="little")
    return np.packbits(bits[first % 8 : first % 8 + shape.frame_bits], bitorder="little").tobytes()


def native(data: bytes, shape: PixelShape) -> Pixels:
    """Arrange native little endian pixels (PS3.5 §8.1.1, PS3.3 §C.7.6.3.1)."""
    if len(data) < shape.frame_bytes:
        raise cannot_render("incomplete", "The frame's pixels are not all there.")
    if shape.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
        return bits[: shape.samples_shown].reshape(shape.rows, shape.columns)
    dtype = np.dtype({8: "u1", 16: "u2", 32: "u4"}.get(shape.bits_allocated, "V0"))
    if not dtype.itemsize:
        raise cannot_render("unsupported", "Pixels of this size can't be decoded here.")
    flat = np.frombuffer(data, dtype.newbyteorder("<"), count=_samples(shape)).astype(dtype)
    if shape.signed:
        # PS3.5 §8.1.1: what lies above the stored bits is not part of the value.
        unused = max(shape.bits_allocated - (shape.bits_stored or shape.bits_allocated), 0)
        flat = (flat << unused).view(f"i{dtype.itemsize}") >> unused
    if shape.photometric == "YBR_FULL_422" and shape.samples == 3:
        return _upsample(flat, shape)
    if shape.samples == 1:
        return flat.reshape(shape.rows, shape.columns)
    if shape.planar:
        return np.moveaxis(flat.reshape(shape.samples, shape.rows, shape.columns), 0, 2)
    return flat.reshape(shape.rows, shape.columns, shape.samples)


def _samples(shape: PixelShape) -> int:
    return shape.frame_bits // shape.bits_allocated


def _upsample(flat: Pixels, shape: PixelShape) -> Pixels:
    """Give each pixel its chrominance: Y1 Y2 Cb Cr for two pixels (PS3.3 §C.7.6.3.1.2)."""
    pairs = flat.reshape(-1, 4)
    full = np.empty((pairs.shape[0], 2, 3), flat.dtype)
    full[:, :, 0] = pairs[:, :2]
    full[:, :, 1] = pairs[:, 2:3]
    full[:, :, 2] = pairs[:, 3:4]
    return full.reshape(shape.rows, shape.columns, 3)


def _compressed(data: bytes, syntax: TransferSyntax, shape: PixelShape) -> Pixels:
    stream = read_codestream(data)
    if stream is None:
        raise cannot_render("damaged", "The compressed frame has no readable header.")
    if (stream.rows, stream.columns, stream.samples) != (shape.rows, shape.columns, shape.samples):
        raise cannot_render("damaged", "The compressed frame is of another size than the header says.")
    decoded = _jpeg(data, stream, shape) if syntax.codec == "jpeg" else _CODECS[syntax.codec](data)
    return _signed(np.ascontiguousarray(decoded), stream, shape)


def _jpeg(data: bytes, stream: Codestream, shape: PixelShape) -> Pixels:
    if stream.samples != 3 or stream.bits != 8:
        return imagecodecs.jpeg8_decode(data)
    transformed = stream.transformed if stream.transformed is not None else shape.photometric != "RGB"
    return imagecodecs.jpeg8_decode(data, colorspace="YCBCR" if transformed else "RGB", outcolorspace="RGB")


def _signed(decoded: Pixels, stream: Codestream, shape: PixelShape) -> Pixels:
    """Give pixels the sign that the header says; a codestream often stores two's complement as unsigned."""
    wanted = np.dtype(f"{'i' if shape.signed else 'u'}{max(shape.bits_allocated // 8, 1)}")
    if shape.signed and decoded.dtype.kind == "u":
        half = 1 << (stream.bits - 1)
        widened = decoded.astype(np.int64) & ((1 << stream.bits) - 1)
        return ((widened ^ half) - half).astype(wanted)
    return decoded.astype(wanted)


def _rle(data: bytes, shape: PixelShape) -> Pixels:
    """Decode RLE (PS3.5 Annex G): a header of 16 words, then one PackBits segment for each byte of a sample."""
    size = shape.bits_allocated // 8
    header = struct.unpack_from("<16I", data)
    count, offsets = header[0], header[1:]
    if count != shape.samples * size or count > 15:
        raise cannot_render("damaged", "The frame's run-length header contradicts the image's.")
    ends = [*offsets[1:count], len(data)]
    pixels = shape.rows * shape.columns
    planes = np.zeros((shape.samples, pixels, size), np.uint8)
    for index in range(count):
        sample, byte = divmod(index, size)
        plane = _packbits(data[offsets[index] : ends[index]], pixels)
        # PS3.5 §G.2: the most significant byte comes first.
        planes[sample, :, size - 1 - byte] = np.frombuffer(plane, np.uint8)
    dtype = np.dtype(f"<{'i' if shape.signed else 'u'}{size}")
    samples = planes.reshape(shape.samples, -1).view(dtype).astype(dtype.newbyteorder("="))
    image = samples.reshape(shape.samples, shape.rows, shape.columns)
    return image[0] if shape.samples == 1 else np.ascontiguousarray(np.moveaxis(image, 0, 2))


def _packbits(segment: bytes, size: int) -> bytes:
    """Decode PackBits up to `size` bytes, no further."""
    out = bytearray()
    position, end = 0, len(segment)
    while position < end and len(out) < size:
        control = segment[position]
        position += 1
        if control < 128:
            out += segment[position : position + control + 1]
            position += control + 1
        elif control > 128:
            out += segment[position : position + 1] * (257 - control)
            position += 1
    if len(out) < size:
        raise cannot_render("incomplete", "The frame's pixels are not all there.")
    return bytes(out[:size])

import struct

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.dicom.codestreams import read_codestream

GREY = np.arange(48 * 20, dtype=np.uint16).reshape(20, 48)
RGB = np.zeros((20, 48, 3), np.uint8)


@pytest.mark.parametrize(
    "frame",
    [
        imagecodecs.jpeg8_encode(GREY.astype(np.uint8)),
        imagecodecs.jpegls_encode(GREY),
        imagecodecs.jpeg2k_encode(GREY, codecformat="J2K"),
        imagecodecs.jpeg2k_encode(GREY, codecformat="JP2"),
        imagecodecs.htj2k_encode(GREY, reversible=True),
        imagecodecs.ljpeg_encode(GREY),
    ],
    ids=["jpeg", "jpeg-ls", "j2k", "jp2", "htj2k", "jpeg lossless"],
)
def test_reads_the_size_that_a_codec_wrote(frame: bytes):
    stream = read_codestream(bytes(frame))
    assert stream is not None
    assert (stream.rows, stream.columns, stream.samples) == (20, 48, 1)


def test_a_jpeg_says_whether_its_colour_is_transformed():
    with_jfif = read_codestream(bytes(imagecodecs.jpeg8_encode(RGB)))
    assert with_jfif is not None
    assert (with_jfif.samples, with_jfif.transformed) == (3, True)
    frame = struct.pack(">HBHHB", 11, 8, 4, 5, 3)
    assert (
        read_codestream(b"\xff\xd8\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0\xff\xc0" + frame).transformed is False
    )
    assert read_codestream(b"\xff\xd8\xff\xc0" + frame).transformed is None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"\xff\xd8", b"\xff\x4f\xff\x51", b""]), st.binary(max_size=200))
def test_never_raises(start: bytes, junk: bytes):
    read_codestream(start + junk)

import warnings

import numpy as np
import pytest
from dicom_samples import every_sample, picture, read, sample, written
from pydicom.encaps import encapsulate
from pydicom.errors import InvalidDicomError
from pydicom.pixels import convert_color_space

from imaging.dicom.files import scan
from imaging.dicom.frames import frame_table, pixel_shape
from imaging.dicom.pixels import decode_frame, decoded_photometric, native_frame
from imaging.dicom.scanner import Limits
from imaging.dicom.values import Header
from imaging.errors import DicomProblem

MOST = 64_000_000


def decode(data: bytes, number: int = 1):
    data_set = scan(data, Limits())
    header = Header(data_set)
    shape = pixel_shape(header)
    table = frame_table(data_set, header, shape)
    pieces = [bytes(data_set.buffer[at : at + length]) for at, length in table.places(number)]
    frame = b"".join(pieces) if table.entries else native_frame(header, shape, number)
    pixels = decode_frame(frame, data_set.syntax, shape, most_pixels=MOST)
    return pixels, decoded_photometric(data_set.syntax, shape)


def with_image(path) -> bool:
    try:
        dataset = read(path)
    except InvalidDicomError:
        return False
    return (
        "PixelData" in dataset and "StudyInstanceUID" in dataset and len(dataset.get("PixelData") or b"") > 0
    )


@pytest.mark.parametrize(
    "path", [path for path in every_sample() if with_image(path)], ids=lambda path: path.name
)
def test_decodes_what_pydicom_decodes(path):
    dataset = read(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = dataset.pixel_array
        except (NotImplementedError, ValueError, RuntimeError, AttributeError, TypeError):
            expected = None
    try:
        ours, photometric = decode(path.read_bytes())
    except DicomProblem as problem:
        if expected is not None and problem.code != "dicom/truncated":
            raise
        return
    if expected is None:
        return
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        expected = expected[0]
    if photometric == "YBR_FULL":
        ours = convert_color_space(ours, "YBR_FULL", "RGB")
    lossy = dataset.file_meta.TransferSyntaxUID.is_encapsulated and not np.array_equal(ours, expected)
    assert ours.shape == expected.shape
    if lossy:
        # Different decoders round differently; colour goes through one conversion more.
        assert np.abs(ours.astype(np.int64) - expected.astype(np.int64)).mean() < 2
    else:
        assert np.array_equal(ours, expected)


def compressed(frame: bytes, syntax: str, **attributes: object) -> bytes:
    dataset = picture(PixelData=encapsulate([frame]), **attributes)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return written(dataset, transfer_syntax=syntax)


def problem_of(data: bytes, most: int = MOST) -> str:
    data_set = scan(data, Limits())
    header = Header(data_set)
    shape = pixel_shape(header)
    table = frame_table(data_set, header, shape)
    frame = b"".join(bytes(data_set.buffer[at : at + length]) for at, length in table.places(1))
    with pytest.raises(DicomProblem) as caught:
        decode_frame(frame, data_set.syntax, shape, most_pixels=most)
    return caught.value.code


def test_a_pixel_bomb_in_the_header_is_refused_before_anything_is_allocated():
    data = compressed(b"\xff\xd8\xff\xd9", "1.2.840.10008.1.2.4.50", Rows=65535, Columns=65535)
    assert problem_of(data) == "pixels/too-large"


def test_a_codestream_of_another_size_than_the_header_says_is_refused():
    stream = read(sample("JPEG2000.dcm"))
    from_file = stream.PixelData
    frame = from_file[from_file.index(b"\xff\x4f\xff\x51") :]
    assert problem_of(compressed(frame, "1.2.840.10008.1.2.4.91")) == "pixels/damaged"


@pytest.mark.parametrize(
    "syntax",
    [
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.202",
        "1.2.840.10008.1.2.5",
    ],
)
def test_junk_for_a_frame_is_damage(syntax: str):
    assert problem_of(compressed(b"not a picture at all", syntax)) == "pixels/damaged"


def test_a_run_length_bomb_stops_at_the_images_size():
    # One segment that would expand to 8 MB in an image of 64 pixels.
    header = (1).to_bytes(4, "little") + (64).to_bytes(4, "little") + bytes(56)
    pixels, _ = decode(compressed(header + b"\x81\x07" * 65536, "1.2.840.10008.1.2.5"))
    assert pixels.shape == (8, 8)
    assert (pixels == 7).all()


def test_a_run_length_frame_that_ends_early_is_incomplete():
    header = (1).to_bytes(4, "little") + (64).to_bytes(4, "little") + bytes(56)
    assert problem_of(compressed(header + b"\x00\x07", "1.2.840.10008.1.2.5")) == "pixels/incomplete"


def test_video_is_not_decoded_here():
    assert problem_of(compressed(b"\0\0\0\x18ftyp", "1.2.840.10008.1.2.4.102")) == "pixels/unsupported"


def test_one_bit_frames_that_share_a_byte_are_moved_apart():
    bits = np.concatenate(
        [np.ones(9, np.uint8), np.zeros(9, np.uint8), np.ones(9, np.uint8), np.zeros(5, np.uint8)]
    )
    data = written(
        picture(
            rows=3,
            columns=3,
            frames=1,
            BitsAllocated=1,
            BitsStored=1,
            HighBit=0,
            NumberOfFrames=3,
            PixelData=np.packbits(bits, bitorder="little").tobytes(),
        )
    )
    assert decode(data, 1)[0].all()
    assert not decode(data, 2)[0].any()
    assert decode(data, 3)[0].all()

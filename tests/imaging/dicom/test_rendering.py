import io

import numpy as np
import pytest
from dicom_samples import picture, sample, written
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from imaging.dicom.files import scan
from imaging.dicom.frames import pixel_shape
from imaging.dicom.pixels import decode_frame, decoded_photometric, native_frame
from imaging.dicom.rendering import View, Window, render
from imaging.dicom.scanner import Limits
from imaging.dicom.values import Header


def shown(data: bytes, view: View | None = None) -> np.ndarray:
    header = Header(scan(data, Limits()))
    shape = pixel_shape(header)
    syntax = header.data_set.syntax
    pixels = decode_frame(native_frame(header, shape, 1), syntax, shape, most_pixels=64_000_000)
    view = view or View(format="PNG")
    return np.asarray(
        Image.open(io.BytesIO(render(pixels, header, decoded_photometric(syntax, shape), view)))
    )


def ramp(**attributes: object) -> bytes:
    return written(picture(rows=16, columns=16, PixelData=bytes(range(256)), **attributes))


def test_without_a_window_the_range_of_values_is_shown():
    assert np.array_equal(shown(ramp()).ravel(), np.arange(256))


def test_the_files_own_window_is_used():
    # PS3.3 C.11.2.1.2.1: below c - 0.5 - (w-1)/2 is black, above c - 0.5 + (w-1)/2 white.
    values = shown(ramp(WindowCenter="128", WindowWidth="11")).ravel()
    assert values[122] == 0
    assert values[133] == 255
    assert 105 < values[127] < 135


def test_the_window_asked_for_goes_first():
    values = shown(
        ramp(WindowCenter="10", WindowWidth="2"), View(window=Window(center=128, width=257), format="PNG")
    )
    assert abs(int(values.ravel()[128]) - 128) <= 1


def test_an_exact_window_and_a_sigmoid():
    exact = shown(
        ramp(), View(window=Window(center=128, width=256, function="LINEAR_EXACT"), format="PNG")
    ).ravel()
    assert exact[0] == 0
    assert exact[128] == 127
    sigmoid = shown(
        ramp(), View(window=Window(center=128, width=64, function="SIGMOID"), format="PNG")
    ).ravel()
    assert sigmoid[128] == 127
    assert sigmoid[0] < 5
    assert sigmoid[255] > 250


def test_rescaling_comes_before_the_window():
    values = shown(
        ramp(RescaleSlope="2", RescaleIntercept="-100", WindowCenter="0.5", WindowWidth="1")
    ).ravel()
    assert (values[:50] == 0).all()
    assert (values[51:] == 255).all()


def test_monochrome1_is_inverted():
    assert shown(ramp(PhotometricInterpretation="MONOCHROME1")).ravel()[0] == 255


def test_a_window_of_nothing_is_not_divided_by():
    assert np.array_equal(shown(ramp(WindowCenter="0", WindowWidth="0")).ravel(), np.arange(256))


def test_a_flat_image_is_black_not_an_error():
    assert not shown(written(picture())).any()


def test_a_voi_lookup_table_is_applied():
    table = Dataset()
    table.add_new(0x00283002, "US", [256, 0, 8])
    table.add_new(0x00283006, "OW", bytes(reversed(range(256))))
    values = shown(ramp(VOILUTSequence=Sequence([table]))).ravel()
    assert values[0] == 255
    assert values[255] == 0


@pytest.mark.parametrize(
    "name", ["color-px.dcm", "color-pl.dcm", "SC_ybr_full_uncompressed.dcm", "OBXXXX1A.dcm"]
)
def test_colour_is_shown_in_colour(name: str):
    image = shown(sample(name).read_bytes())
    assert image.ndim == 3
    assert (image[..., 0] != image[..., 2]).any()


def test_red_in_ybr_is_red():
    image = shown(sample("SC_ybr_full_uncompressed.dcm").read_bytes())
    assert tuple(image[0, 0] > 250) == (True, False, False)


def test_a_picture_fits_into_the_box_and_keeps_its_shape():
    image = shown(sample("RG1_UNCR.dcm").read_bytes(), View(size=(200, 200)))
    assert image.shape == (200, 188)


def test_a_chest_film_has_every_tone():
    image = shown(sample("RG1_UNCR.dcm").read_bytes())
    assert image.min() < 50 < 200 < image.max()
    assert len(np.unique(image)) > 200
